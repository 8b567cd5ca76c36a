/** Time as the console needs it, so that tests can hold it. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Calls once after `ms`; returns what calls it off. */
  after(ms: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

const MINUTE = 60_000

/** Calls when the minute changes; returns what stops it. */
export function everyMinute(clock: Clock, call: () => void): () => void {
  const wait = (): (() => void) =>
    clock.after(MINUTE - (clock.now() % MINUTE), () => {
      call()
      cancel = wait()
    })
  let cancel = wait()
  return () => cancel()
}
