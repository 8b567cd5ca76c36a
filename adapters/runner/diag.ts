/** Lines of a runner's own log. Pure. */
import type { RunnerDiag } from '../../state/runner.ts'
import { clip } from '../foreign.ts'

const SAYS =
  /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ): (?:(Listening for Jobs)|Running job: (.+)|Job (.+) completed with result: (\w+))\s*$/

const LONGEST = 200

/** The last line that tells of work; null when none does. Others are passed over. */
export function lastSaid(lines: readonly string[]): RunnerDiag | null {
  for (const line of lines.toReversed()) {
    const [, time, listening, running, completed, result] = SAYS.exec(line) ?? []
    const at = Date.parse(time?.replace(' ', 'T') ?? '')
    if (Number.isNaN(at)) continue
    if (listening !== undefined) return { kind: 'listening', job: null, result: null, at }
    if (running !== undefined) {
      return { kind: 'running', job: clip(running.trim(), LONGEST), result: null, at }
    }
    const job = clip(completed ?? '', LONGEST)
    return { kind: 'completed', job, result: result ?? null, at }
  }
  return null
}
