/**
 * Tolerant readers for JSON that others wrote: what has the wrong type is null, never a throw.
 */

export type JsonObject = Readonly<Record<string, unknown>>

export const asObject = (value: unknown): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A word of a machine: a type, an id, a name. Longer ones are none. */
export const asWord = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 200 ? value : null

export const asPath = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 4_096 ? value : null

/** A finite number; JSON may hold 1e999. */
export const asNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

export const asInteger = (value: unknown): number | null =>
  Number.isSafeInteger(value) ? (value as number) : null

/** A count of something: no less than 0, and exact. */
export function asCount(value: unknown): number | null {
  const count = asInteger(value)
  return count === null || count < 0 ? null : count
}

/** Seconds since 1970 as Unix milliseconds; null for times that no calendar holds. */
export function asUnixSeconds(value: unknown): number | null {
  const seconds = asCount(value)
  return seconds === null || seconds > 8.64e12 ? null : seconds * 1_000
}

/** An ISO 8601 text as Unix milliseconds. */
export function asInstant(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) || at < 0 ? null : at
}

/** Parses one line to an object; null for anything else. */
export function parseObject(line: string): JsonObject | null {
  try {
    return asObject(JSON.parse(line))
  } catch {
    return null
  }
}

/** At most `max` characters. A copy: a slice of a long string would keep the whole of it alive. */
export const clip = (text: string, max: number): string =>
  text.length <= max ? text : `${Buffer.from(text.slice(0, max - 1)).toString()}…`
