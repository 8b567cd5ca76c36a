/** On which line of a TOML text a key stands: the parser keeps no positions, so it is asked again. */
import { parse } from 'smol-toml'

/** Longer configs are told by key alone: each line costs a parse of all before it. */
const MOST_LINES = 500

/**
 * The line, from 1, with which the value at `path` is complete; for a missing key that of the
 * table which lacks it. Null when there is no such line.
 */
export function lineOfKey(text: string, path: readonly PropertyKey[]): number | null {
  const lines = text.split('\n')
  if (lines.length > MOST_LINES) return null
  let known = path
  while (known.length > 0 && !holds(text, known)) known = known.slice(0, -1)
  if (known.length === 0) return null
  const before = lines.findIndex((_, index) => holds(lines.slice(0, index + 1).join('\n'), known))
  return before + 1
}

/** False also for a text that ends in the middle of a value. */
function holds(text: string, path: readonly PropertyKey[]): boolean {
  try {
    let value: unknown = parse(text)
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false
      value = (value as Record<PropertyKey, unknown>)[key]
    }
    return true
  } catch {
    return false
  }
}
