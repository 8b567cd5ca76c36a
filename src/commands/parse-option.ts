/** Values of options, as commander parses them: each throws InvalidArgumentError, a usage fault. */
import { InvalidArgumentError } from 'commander'
import { Duration } from '../../state/config.ts'
import { Instant } from '../../state/facts.ts'

/**
 * `2026-11-21T01:00:00Z`, any other date that JavaScript reads, Unix milliseconds, or a duration
 * like `2h` counted from `now`: back into the past (-1) or on into the future (1).
 */
export function parseInstant(text: string, now: Instant, direction: -1 | 1): Instant {
  const duration = Duration.safeParse(text)
  if (duration.success) return Math.max(0, now + direction * duration.data)
  const at = /^\d{11,16}$/.test(text) ? Number(text) : Date.parse(text)
  if (!Instant.safeParse(at).success) {
    throw new InvalidArgumentError('give a time like 2026-11-21T01:00:00Z, or a duration like 2h')
  }
  return at
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

/** For options that may stand more than once. */
export const collected = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  text,
]
