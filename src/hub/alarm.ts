/** Rings when the earliest of some instants has come. */
import type { Instant } from '../../state/facts.ts'

export interface Alarm {
  /** Looks anew at when it is to ring. */
  set(): void
  stop(): void
}

/** Longest wait that a timer can hold. */
const LONGEST_MS = 2 ** 31 - 1

/** `next` is null when nothing waits; `ring` must take what has come out of it. */
export function newAlarm(now: () => Instant, next: () => Instant | null, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  const set = () => {
    clearTimeout(timer)
    const at = next()
    if (at === null) return
    const wait = Math.min(LONGEST_MS, Math.max(0, at - now()))
    timer = setTimeout(() => {
      if (at <= now()) ring()
      set()
    }, wait)
    timer.unref()
  }
  return { set, stop: () => clearTimeout(timer) }
}

/** The earliest instant; null when there is none. */
export const earliest = (instants: readonly (Instant | null)[]): Instant | null =>
  instants.reduce(
    (first, at) => (at === null || (first !== null && first <= at) ? first : at),
    null,
  )
