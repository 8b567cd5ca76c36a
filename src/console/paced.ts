/** Calls at once after a quiet time, and at most once an interval while there is much to do. */
import type { Clock } from './clock.ts'

export interface Paced {
  /** There is something to do. */
  ask(): void
  stop(): void
}

export function paced(clock: Clock, intervalMs: number, call: () => void): Paced {
  let calledAt = -intervalMs
  let cancel: (() => void) | null = null
  const callNow = (): void => {
    cancel = null
    calledAt = clock.now()
    call()
  }
  return {
    ask() {
      if (cancel !== null) return
      const wait = calledAt + intervalMs - clock.now()
      if (wait <= 0) callNow()
      else cancel = clock.after(wait, callNow)
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}
