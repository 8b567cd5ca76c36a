/** Whether a process of this machine descends from a lane: by the mark of a launch, or by identity. */

import type { Descent } from '../policy/answer.ts'
import type { KnownLane } from '../policy/lane-target.ts'
import { environmentOf, statOf } from '../probe/runner/process-identity.ts'
import { MARK } from '../probe/runner/waiting.ts'

/** No tree of processes is deeper: beyond that it changes while it is read. */
const DEEPEST = 256

/** `lanes` may run on another host: a pid there with the same start time is not met here by chance. */
export function descentOf(pid: number, lanes: readonly KnownLane[]): Descent {
  let at = pid
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const seen = statOf(at)
    if (seen === null) return { kind: 'unseen' }
    const stem = environmentOf(at, MARK)?.split(' ')[0]
    if (stem !== undefined) return { kind: 'lane', lane: stem }
    const lane = lanes.find(({ value }) => value.pid === at && value.pidStart === seen.pidStart)
    if (lane) return { kind: 'lane', lane: lane.value.name }
    if (seen.parent === 0) return { kind: 'no lane' }
    at = seen.parent
  }
  return { kind: 'unseen' }
}
