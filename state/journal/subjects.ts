/** Subjects of acts whose whole effect is their entry in the journal. */
export const PAUSE_SUBJECT = 'pause'
export const CANON_SUBJECT = 'canon'
export const SWITCH_SUBJECT = 'dock switch'

/** Without an outcome such an act was not done. */
export const isJournalAct = (subject: string): boolean =>
  subject === PAUSE_SUBJECT || subject === CANON_SUBJECT || subject === SWITCH_SUBJECT
