/** Values of options, as commander parses them: each throws InvalidArgumentError, a usage fault. */
import { InvalidArgumentError } from 'commander'
import { Duration } from '../../state/config.ts'
import { Instant } from '../../state/facts.ts'

/** The instant that `text` names, out of range or not; NaN when it names none. */
function instantIn(text: string, now: Instant, direction: -1 | 1): number {
  const duration = Duration.safeParse(text)
  if (duration.success) return Math.max(0, now + direction * duration.data)
  if (/^\d{11,16}$/.test(text)) return Number(text)
  // Date.parse alone makes a date of nearly anything.
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
}

/**
 * `2026-11-21T01:00:00Z`, or in local time without the Z; Unix milliseconds; or a duration like
 * `2h` counted from `now`: back into the past (-1) or on into the future (1).
 */
export function parseInstant(text: string, now: Instant, direction: -1 | 1): Instant {
  const at = Instant.safeParse(instantIn(text, now, direction))
  if (at.success) return at.data
  throw new InvalidArgumentError('give a time like 2026-11-21T01:00:00Z, or a duration like 2h')
}

/** A whole number from `least` to `most`. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`
    throw new InvalidArgumentError(`give a whole number, ${range}`)
  }

/** A reason that says something. */
export function reasonIn(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('say why')
  return text
}

/** For options that may stand more than once. */
export const collected = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  text,
]
