/**
 * Between the hub and the store: the first change is shown at once, what follows at most four
 * times a second. What waits is kept by kind and key, so it cannot grow beyond the world itself.
 */
import type { Fact } from '../../state/facts.ts'
import type { Clock } from './clock.ts'
import { paced } from './paced.ts'

export const FEED_INTERVAL_MS = 250

export interface Feed {
  /** `all` forgets what came before. */
  push(extent: 'all' | 'some', facts: readonly Fact[]): void
  stop(): void
}

export type Flush = (extent: 'all' | 'some', facts: readonly Fact[]) => void

export function createFeed(clock: Clock, flush: Flush): Feed {
  let waiting = new Map<string, Fact>()
  let extent: 'all' | 'some' = 'some'
  const pace = paced(clock, FEED_INTERVAL_MS, () => {
    const facts = [...waiting.values()]
    const whole = extent
    waiting = new Map()
    extent = 'some'
    flush(whole, facts)
  })

  return {
    push(kind, facts) {
      if (kind === 'all') {
        extent = 'all'
        waiting = new Map()
      }
      for (const fact of facts) waiting.set(`${fact.kind} ${fact.key}`, fact)
      if (waiting.size > 0 || extent === 'all') pace.ask()
    },
    stop: pace.stop,
  }
}
