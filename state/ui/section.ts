/** The parts of a detail below its facts: one is shown at a time. */
export const SECTIONS = ['log', 'brief', 'timeline', 'diff', 'checks', 'links'] as const
export type Section = (typeof SECTIONS)[number]

/** What has parts, and which: those of a pull request are its timeline alone. */
export type Parted = 'lanes' | 'queue'
export const SECTIONS_OF: Readonly<Record<Parted, readonly Section[]>> = {
  lanes: SECTIONS,
  queue: ['timeline'],
}

export const SECTION_TITLES: Readonly<Record<Section, string>> = {
  log: 'Log',
  brief: 'Brief',
  timeline: 'Timeline',
  diff: 'Diff',
  checks: 'Checks',
  links: 'Links',
}
