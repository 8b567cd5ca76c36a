/** Lines that a merge left behind: markers of conflicts that neither side had. */

/** What a file with a conflict left in it holds for certain, as git's regular expressions say it. */
export const MARKER_PATTERN = '^(<<<<<<<|>>>>>>>)( |$)'

const MARKER = /^(?:<{7}|>{7}|\|{7})(?:[ \r\n]|$)|^={7}\r?\n?$/

/** Numbers of lines, from 1. A file that tells of markers keeps the ones that it had. */
export function newMarkers(
  result: readonly string[],
  sides: readonly (readonly string[])[],
): number[] {
  const known = new Map<string, number>()
  for (const line of sides.flat()) {
    if (MARKER.test(line)) known.set(line, (known.get(line) ?? 0) + 1)
  }
  return result.flatMap((line, index) => {
    if (!MARKER.test(line)) return []
    const left = known.get(line) ?? 0
    known.set(line, left - 1)
    return left > 0 ? [] : [index + 1]
  })
}
