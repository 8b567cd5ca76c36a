/**
 * What the practice watchdog writes down: a line an event, an ISO 8601 instant in UTC, a verb, and
 * steps with arrows between them: `2026-11-21T12:40:00Z heal runner offline -> restarted (38s)`.
 */
import type { Random } from '../random.ts'

const EVENTS: readonly ((random: Random) => string)[] = [
  random => `heal runner offline -> restarted -> listening (${random.int(12, 58)}s)`,
  random => `heal stale lock lane-${random.int(3, 40)} -> removed`,
  random => `heal gateway not answering -> restarted -> healthy (${random.int(4, 20)}s)`,
  random => `heal worktree of lane-${random.int(3, 40)} without git -> git init -> ok`,
  random => `heal lane-${random.int(3, 40)} crashed -> relaunched`,
  random => `detect disk ${random.int(81, 89)}% -> checking`,
  random =>
    `FAIL disk ${random.int(90, 97)}% -> janitor -> still ${random.int(90, 97)}% -> escalated`,
  random =>
    `FAIL backup-repos exit 2 -> run again -> exit 2 -> escalated (${random.int(2, 3)} tries)`,
]

const HOUR = 3_600_000
const HISTORY = 9 * HOUR
/** Time between two events, in ms of life. */
const APART = [240_000, 2_400_000] as const

export const watchdogLine = (random: Random, at: number): string =>
  `${new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')} ${random.pick(EVENTS)(random)}\n`

export const untilNextEvent = (random: Random): number => random.int(...APART)

/** The log as it stands when the factory starts at `now`. */
export function watchdogHistory(random: Random, now: number): string {
  const lines: string[] = []
  for (let at = now - HISTORY; at < now; at += untilNextEvent(random)) {
    lines.push(watchdogLine(random, at))
  }
  return lines.join('')
}
