/** How fast lanes go: by their own pauses, or by a metronome that all of them share. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Pace {
  /** A natural pause. Nothing under a metronome: its beat is the pause. */
  pause(ms: number): Promise<void>
  /** Silence that belongs to the script: kept under a metronome too. */
  hold(ms: number): Promise<void>
  /** Waits until one more line may be written. */
  turn(): Promise<void>
}

/** All waiting ends with a rejection when `signal` aborts. */
export function ownPace(speed: number, signal: AbortSignal): Pace {
  const wait = (ms: number) => sleep(ms / speed, undefined, { signal })
  return { pause: wait, hold: wait, turn: () => Promise.resolve() }
}

const TICK = 10
/** Turns that nobody took are kept for at most this long, in seconds. */
const SAVED = 0.5

const ended = (): DOMException => new DOMException('the factory ends', 'AbortError')

/** `rate` lines a second over all lanes, first come, first served. */
export function metronome(rate: number, speed: number, signal: AbortSignal): Pace {
  const waiting: { go: () => void; stop: (reason: Error) => void }[] = []
  let credit = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    credit = Math.min(credit + ((now - last) / 1000) * rate, Math.max(1, rate * SAVED))
    last = now
    while (credit >= 1 && waiting.length > 0) {
      credit -= 1
      waiting.shift()?.go()
    }
  }, TICK)
  signal.addEventListener('abort', () => {
    clearInterval(timer)
    for (const { stop } of waiting.splice(0)) stop(ended())
  })
  return {
    pause: () => Promise.resolve(),
    hold: ms => sleep(ms / speed, undefined, { signal }),
    turn: () =>
      new Promise((go, stop) => {
        if (signal.aborted) stop(ended())
        else waiting.push({ go, stop })
      }),
  }
}
