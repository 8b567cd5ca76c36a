/** The parts of a lane's detail below its facts: one is shown at a time. */
export const SECTIONS = ['log', 'brief', 'timeline', 'diff', 'checks', 'links'] as const
export type Section = (typeof SECTIONS)[number]

export const SECTION_TITLES: Readonly<Record<Section, string>> = {
  log: 'Log',
  brief: 'Brief',
  timeline: 'Timeline',
  diff: 'Diff',
  checks: 'Checks',
  links: 'Links',
}
