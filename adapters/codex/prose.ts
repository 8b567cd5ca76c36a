/** What can be told from the sentences that Codex 0.169 prints, where it gives no machine field. */
import type { Instant } from '../../state/facts.ts'
import { zonedInstant } from '../zoned-time.ts'

/** Sentence → the `codex_error_info` that goes with it; `$1` is the HTTP status. */
const PROSE: readonly (readonly [RegExp, string])[] = [
  [/hit your usage limit/, 'usage_limit_exceeded'],
  [/quota exceeded/i, 'usage_limit_exceeded'],
  [/access token could not be refreshed/, 'unauthorized'],
  [/exceeded retry limit, last status: (\d{3})/, 'response_too_many_failed_attempts{$1}'],
  [/unexpected status (\d{3})/, 'http_connection_failed{$1}'],
  [/experiencing high demand/, 'internal_server_error'],
  [/^The model .{1,200} does not exist/, 'model_not_found'],
  [/stream disconnected before completion/, 'other'],
]

export function causeOfProse(message: string): string | null {
  for (const [sentence, cause] of PROSE) {
    const match = sentence.exec(message)
    if (match) return cause.replace('$1', match[1] ?? '')
  }
  return null
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const AGAIN =
  /try again at (?:([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:st|nd|rd|th)?, (\d{4}) )?(\d{1,2}):(\d{2}) (AM|PM)/

/**
 * When a usage limit lifts: `… try again at Nov 21st, 2026 1:09 AM.`, in the zone of the machine
 * that printed it. On the same day Codex prints the time alone: it is then of the day of `seenAt`.
 */
export function resetOfProse(message: string, zone: string, seenAt: Instant): Instant | null {
  const match = AGAIN.exec(message)
  if (!match) return null
  const [, monthName, day, year, hour = '0', minute = '0', half] = match
  const time = { hour: (Number(hour) % 12) + (half === 'PM' ? 12 : 0), minute: Number(minute) }
  if (!monthName) return zonedInstant({ on: seenAt, ...time }, zone)
  const month = MONTHS.indexOf(monthName.toLowerCase())
  if (month === -1) return null
  const on = Date.UTC(Number(year), month, Number(day), 12)
  return zonedInstant({ on, ...time, dayZone: 'UTC' }, zone)
}
