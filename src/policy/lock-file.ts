/** Which lock files nobody needs any more. */
import type { Instant } from '../../state/facts.ts'
import { age } from '../../state/format.ts'
import type { LockFileFact, PullState } from '../../state/lock-file.ts'

/** A bot that has just made it may be about to begin. */
export const FRESH_MS = 10 * 60_000

export interface LockBeside {
  readonly lock: Pick<LockFileFact, 'number' | 'madeAt' | 'isHeld'>
  readonly pull: PullState
  /** Older than this it is left over, whatever its pull request does. */
  readonly maxAgeMs: number
  /** On the host's clock. */
  readonly now: Instant
}

export type LockVerdict =
  | { readonly leftover: string; readonly kept: null }
  | { readonly leftover: null; readonly kept: string }

export function judgeLock({ lock, pull, maxAgeMs, now }: LockBeside): LockVerdict {
  const { number, madeAt, isHeld } = lock
  const old = now - madeAt
  if (isHeld === true) return keep('a process holds it')
  if (isHeld === null) return keep('whether a process holds it cannot be seen on this host')
  if (old < FRESH_MS) return keep(`it is fresh: younger than ${age(0, FRESH_MS)}`)
  if (pull === 'merged' || pull === 'closed')
    return { leftover: `#${number} is ${pull}`, kept: null }
  const state = pull === 'open' ? `#${number} is open` : `what #${number} came to is not known`
  return old > maxAgeMs
    ? { leftover: `older than ${age(0, maxAgeMs)}; ${state}`, kept: null }
    : keep(state)
}

const keep = (kept: string): LockVerdict => ({ leftover: null, kept })
