import type { JournalRow } from '../journal-entry.ts'

/** Subjects of acts whose whole effect is their entry in the journal. */
export const PAUSE_SUBJECT = 'pause'
export const CANON_SUBJECT = 'canon'
export const SWITCH_SUBJECT = 'dock switch'

/** Without an outcome such an act was not done. */
export const isJournalAct = ({ subject, data }: JournalRow): boolean =>
  SUBJECTS.has(subject) || data['act'] === 'dock.priority'

const SUBJECTS = new Set([PAUSE_SUBJECT, CANON_SUBJECT, SWITCH_SUBJECT])
