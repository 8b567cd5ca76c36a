/**
 * Reads `systemctl list-timers --all --output=json` (systemd 246 and later). `next` and `last` are
 * absolute microseconds. `left` and `passed` are not read: some versions print absolute times there.
 */
import * as z from 'zod'
import type { Instant } from '../../state/facts.ts'

export interface Timer {
  unit: string
  /** The unit it starts; null when systemd names none. */
  activates: string | null
  next: Instant | null
  last: Instant | null
}

/** Systemd's "never": all bits set. */
const NEVER_US = 2 ** 63

const Microseconds = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number), z.null()])
  .optional()
  .transform(us => (us && us > 0 && us < NEVER_US ? Math.round(us / 1_000) : null))

const Entry = z.object({
  unit: z.string().min(1).max(256),
  activates: z.string().nullish(),
  next: Microseconds,
  last: Microseconds,
})

/** The timers and how many entries could not be read; null when the text is no JSON list. */
export function parseTimers(text: string): { timers: Timer[]; skipped: number } | null {
  const list = z.array(z.unknown()).safeParse(parseJson(text))
  if (!list.success) return null
  const timers = list.data.flatMap(entry => {
    const read = Entry.safeParse(entry)
    if (!read.success) return []
    const { unit, activates, next, last } = read.data
    return [{ unit, activates: activates || null, next, last }]
  })
  return { timers, skipped: list.data.length - timers.length }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
