/** Whether a brief says enough to be given to an agent. */

const SECTIONS = ['TASK', 'DO', 'DO NOT', 'OUTPUT', 'STOP'] as const
type Section = (typeof SECTIONS)[number]

/** Bytes: what an agent can be asked to read, far above any real brief. */
export const LONGEST_BRIEF = 262_144

/** A markdown heading, or `NAME:` at the beginning of a line; what follows on that line is text. */
const HEADING = /^(?:#{1,6}\s+|\*\*)?(TASK|DO NOT|DO|OUTPUT|STOP)\b\**\s*(?::\**\s*(.*)|)$/i

/** The sections that are missing or empty, in the order in which a brief has them. */
export function missingSections(brief: string): Section[] {
  const filled = new Set<string>()
  let open: string | null = null
  for (const line of brief.split(/\r?\n/)) {
    const [heading, name, text = ''] = HEADING.exec(line.trim()) ?? []
    const isHeading =
      heading !== undefined && (/^(?:#|\*\*)/.test(heading) || heading.includes(':'))
    if (isHeading) open = (name ?? '').toUpperCase()
    const said = isHeading ? text : line
    if (open !== null && said.trim() !== '') filled.add(open)
  }
  return SECTIONS.filter(name => !filled.has(name))
}

/** Each line names one thing that is wrong with the brief; empty when it will do. */
export function judgeBrief(brief: string): string[] {
  if (Buffer.byteLength(brief) > LONGEST_BRIEF) {
    return [`the brief is longer than ${LONGEST_BRIEF} bytes: shorten it, or name files in it`]
  }
  return missingSections(brief).map(
    name => `the brief has no ${name}: write it as a heading or as \`${name}: …\``,
  )
}
