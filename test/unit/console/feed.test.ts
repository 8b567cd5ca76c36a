import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/console/clock.ts'
import { everyMinute } from '../../../src/console/clock.ts'
import { createFeed, FEED_INTERVAL_MS } from '../../../src/console/feed.ts'
import type { Fact } from '../../../state/facts.ts'
import { lane } from '../../terminal/parts/facts.ts'

/** Time that moves when told. */
function handClock() {
  let now = 1_000_000
  let timers: { at: number; call: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after: (ms, call) => {
      const timer = { at: now + ms, call }
      timers.push(timer)
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
  }
  const advance = (ms: number): void => {
    const end = now + ms
    for (;;) {
      const [next] = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
      if (!next) break
      timers = timers.filter(timer => timer !== next)
      now = next.at
      next.call()
    }
    now = end
  }
  return { clock, advance }
}

describe('the feed', () => {
  it('shows the first change at once, and the rest at most four times a second', () => {
    const { clock, advance } = handClock()
    const frames: number[] = []
    const feed = createFeed(clock, (_, facts) => frames.push(facts.length))
    feed.push('some', [lane('a')])
    expect(frames).toEqual([1])
    for (let event = 0; event < 100; event++) {
      feed.push('some', [lane(`lane ${event % 7}`)])
      advance(10)
    }
    advance(FEED_INTERVAL_MS)
    expect(frames.length).toBeLessThanOrEqual(1 + Math.ceil(1_000 / FEED_INTERVAL_MS) + 1)
    expect(Math.max(...frames)).toBe(7)
    feed.push('some', [lane('b')])
    advance(FEED_INTERVAL_MS)
    expect(frames.at(-1)).toBe(1)
  })

  it('keeps the last of each thing, and forgets all before a whole world', () => {
    const { clock, advance } = handClock()
    const seen: { extent: string; facts: readonly Fact[] }[] = []
    const feed = createFeed(clock, (extent, facts) => seen.push({ extent, facts }))
    feed.push('some', [lane('first')])
    feed.push('some', [lane('a', { status: 'queued' })])
    feed.push('some', [lane('a', { status: 'working' })])
    feed.push('all', [lane('b')])
    feed.push('some', [lane('c')])
    advance(FEED_INTERVAL_MS)
    expect(seen.at(-1)?.extent).toBe('all')
    expect(seen.at(-1)?.facts.map(({ key }) => key)).toEqual(['b', 'c'])
  })

  it('says nothing when there is nothing, and nothing once stopped', () => {
    const { clock, advance } = handClock()
    let frames = 0
    const feed = createFeed(clock, () => {
      frames += 1
    })
    feed.push('some', [])
    expect(frames).toBe(0)
    feed.push('all', [])
    expect(frames).toBe(1)
    feed.push('some', [lane('a')])
    feed.stop()
    advance(10_000)
    expect(frames).toBe(1)
  })

  it('a minute passes once a minute, at its turn', () => {
    const { clock, advance } = handClock()
    const at: number[] = []
    const stop = everyMinute(clock, () => at.push(clock.now()))
    advance(180_000)
    stop()
    advance(180_000)
    expect(at).toHaveLength(3)
    expect(at.every(instant => instant % 60_000 === 0)).toBe(true)
  })
})
