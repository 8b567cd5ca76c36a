/** GitHub computes merge states when asked, in its own time: so it is asked again soon. */
import type { MergeState } from '../../state/words.ts'

export interface Recheck {
  /** Calls `poke` when it is time, until the signal. */
  start(poke: () => void, signal: AbortSignal): void
  /** After each reading: plans the next while a merge state is UNKNOWN, a few times. */
  after(states: readonly MergeState[]): void
}

/** `waits` in ms, one a try; after the last the ordinary period has to do. */
export function newRecheck(waits: readonly number[]): Recheck {
  let poke: (() => void) | null = null
  let timer: NodeJS.Timeout | undefined
  let tries = 0
  return {
    start(wake, signal) {
      poke = wake
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    },
    after(states) {
      clearTimeout(timer)
      if (!states.includes('UNKNOWN')) {
        tries = 0
        return
      }
      const wait = waits[tries]
      tries++
      if (poke && wait !== undefined) timer = setTimeout(poke, wait).unref()
    },
  }
}
