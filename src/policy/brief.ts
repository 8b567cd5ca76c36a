/** What a brief says, and whether it says enough to be given to an agent. */

const SECTIONS = ['TASK', 'DO', 'DO NOT', 'OUTPUT', 'STOP'] as const
type Section = (typeof SECTIONS)[number] | 'CHECK'

/** Bytes: what an agent can be asked to read, far above any real brief. */
export const LONGEST_BRIEF = 262_144

/** A markdown heading, or `NAME:` at the beginning of a line; what follows on that line is text. */
const HEADING = /^(?:#{1,6}\s+|\*\*)?(TASK|DO NOT|DO|OUTPUT|STOP|CHECK)\b\**\s*(?::\**\s*(.*)|)$/i

/** The lines of each section that the brief has, empty ones left out. */
function sectionsOf(brief: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>()
  let open: string[] | null = null
  for (const line of brief.split(/\r?\n/)) {
    const [heading, name, text = ''] = HEADING.exec(line.trim()) ?? []
    const isHeading =
      heading !== undefined && (/^(?:#|\*\*)/.test(heading) || heading.includes(':'))
    if (isHeading) {
      const section = (name ?? '').toUpperCase()
      open = sections.get(section) ?? []
      sections.set(section, open)
    }
    const said = isHeading ? text : line
    if (said.trim() !== '') open?.push(said)
  }
  return sections
}

/** The sections that are missing or empty, in the order in which a brief has them. */
export function missingSections(brief: string): Section[] {
  const sections = sectionsOf(brief)
  return SECTIONS.filter(name => !sections.get(name)?.length)
}

/** Each line names one thing that is wrong with the brief; empty when it will do. */
export function judgeBrief(brief: string): string[] {
  if (Buffer.byteLength(brief) > LONGEST_BRIEF) {
    return [`the brief is longer than ${LONGEST_BRIEF} bytes: shorten it, or name files in it`]
  }
  const most =
    checksOf(brief).length > MOST_CHECKS
      ? [`the brief has more than ${MOST_CHECKS} checks: put them into one script`]
      : []
  return [
    ...missingSections(brief).map(
      name => `the brief has no ${name}: write it as a heading or as \`${name}: …\``,
    ),
    ...most,
  ]
}

/** Checks of one brief. */
const MOST_CHECKS = 20

/**
 * The commands that its CHECK section wants run once the lane has ended, in their order: each line
 * of a fenced block, and each line that is one text in backticks, with or without a bullet.
 */
export function checksOf(brief: string): string[] {
  const checks = new Set<string>()
  let isFenced = false
  for (const line of sectionsOf(brief).get('CHECK') ?? []) {
    const text = line.trim()
    const [, quoted] = /^(?:[-*+]\s+|\d+[.)]\s+)?`([^`]+)`[.;]?$/.exec(text) ?? []
    if (/^(?:```|~~~)/.test(text)) isFenced = !isFenced
    else if (isFenced && !text.startsWith('#')) checks.add(text)
    else if (!isFenced && quoted !== undefined) checks.add(quoted.trim())
  }
  return [...checks].filter(check => check !== '')
}

/** A relative or absolute path with a file's ending, or with a slash in it. */
const PATH = /(?:~\/|\.{0,2}\/)?[\w@][\w.@-]*(?:\/[\w.@-]+)*/g
const isPath = (text: string): boolean =>
  text.length <= 300 &&
  /\.[a-z]\w{0,9}$/i.test(text) &&
  !/^(?:\d+\.)+\d+$|^www\.|@.*\.\w+$/.test(text)

const pathsIn = (text: string): string[] =>
  // Addresses are no paths, though their ends look like some.
  (text.replace(/\b[a-z]+:\/\/\S+/gi, ' ').match(PATH) ?? [])
    .map(path => path.replace(/^\.\/|[.-]+$/g, ''))
    .filter(isPath)

/** The file that its OUTPUT section asks for; null when it names none. */
export const outputOf = (brief: string): string | null =>
  pathsIn((sectionsOf(brief).get('OUTPUT') ?? []).join('\n'))[0] ?? null

const MOST_PATHS = 200

/** Files that the brief names anywhere, as they are written. */
export const filesNamedIn = (brief: string): string[] =>
  [...new Set(pathsIn(brief.slice(0, LONGEST_BRIEF)))].slice(0, MOST_PATHS)
