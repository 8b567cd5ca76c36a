/**
 * Resolves the one conflict that a rule can: both sides only add lines at one place, as when
 * everybody appends to the same file. Both are kept, the branch's first.
 */
/** What git calls the sides in its markers; each names a commit, so that no text holds it. */
export interface Labels {
  readonly ours: string
  readonly theirs: string
}

/** `lines` hold conflicts as git writes them in the diff3 style; null when one is of another kind. */
export function keepBoth(lines: readonly string[], { ours, theirs }: Labels): string[] | null {
  const begins = marks('<<<<<<<', ours)
  const ends = marks('>>>>>>>', theirs)
  const kept: string[] = []
  let isResolved = false
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (!begins(line)) {
      kept.push(line)
      continue
    }
    const end = lines.findIndex((other, index) => index > at && ends(other))
    const base = lines.findIndex((other, index) => index > at && other.startsWith('||||||| '))
    // Between the two stands what both sides had there: nothing, when both only add.
    if (end < 0 || base < 0 || base > end || !/^={7}\r?\n$/.test(lines[base + 1] ?? '')) return null
    kept.push(...lines.slice(at + 1, base), ...lines.slice(base + 2, end))
    at = end
    isResolved = true
  }
  return isResolved ? kept : null
}

/** git adds `:path` to the name of a side whose file was renamed. */
const marks = (sign: string, name: string) => {
  const start = `${sign} ${name}`
  return (line: string) => line.startsWith(start) && /^(?::|\r?\n?$)/.test(line.slice(start.length))
}
