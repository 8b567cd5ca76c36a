/** When GitHub may be asked again after a failure: what it asks for, else twice as long each time. */
import type { Look } from '../collector.ts'
import type { GithubFault } from './faults.ts'

export interface Pace {
  /** The failure that stands while we wait; null when GitHub may be asked. */
  standing(now: number): Look | null
  failed(fault: GithubFault, now: number): void
  succeeded(now: number): void
}

const MAX_WAIT_MS = 10 * 60_000
/** No server's word keeps us away for longer than this. */
const MAX_ASKED_MS = 2 * 3_600_000

/** `periodMs` is the pace while all is well. */
export function newPace(periodMs: number): Pace {
  let failures = 0
  let until = 0
  let look: Look | null = null
  return {
    standing: now => (now < until ? look : null),
    failed(fault, now) {
      failures++
      const own = Math.min(MAX_WAIT_MS, periodMs * 2 ** Math.min(failures - 1, 20))
      // The first failure may be gone by the next look: that one is not put off.
      const wait = fault.waitMs ?? (failures === 1 ? 0 : own)
      until = now + Math.min(wait, MAX_ASKED_MS)
      look = fault.look
    },
    succeeded(now) {
      // A look that began before another one failed says nothing about what came after.
      if (now < until) return
      failures = 0
      until = 0
      look = null
    },
  }
}
