import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { landedPerRun } from '../../../src/engine/queue/estimate.ts'
import { seeded } from '../../../src/practice/random.ts'
import { drain, drawBad } from './parts/drain.ts'

const strategies = [
  ['serial', { batch: 1, depth: 1, retries: 0 }],
  ['batch of 4', { batch: 4, depth: 1, retries: 0 }],
  ['batch of 8', { batch: 8, depth: 1, retries: 0 }],
  ['speculation of 5', { batch: 1, depth: 5, retries: 0 }],
  ['speculation of 10', { batch: 1, depth: 10, retries: 0 }],
] as const

describe('a drain', () => {
  it.each(
    strategies.flatMap(([name, strategy]) =>
      [0.05, 0.1, 0.2].map(bad => ({ name, strategy, bad })),
    ),
  )('[P04] by $name at $bad red lands what its formula says', ({ strategy, bad }) => {
    const drawn = drawBad(6_000, bad, seeded(7))
    const drained = drain({ count: 6_000, bad: drawn, strategy, flake: () => false })
    const rate = drained.landed.length / drained.time
    const expected = landedPerRun(strategy, 1 - bad)
    expect(Math.abs(rate / expected - 1), `${rate} beside ${expected}`).toBeLessThan(0.05)
  })

  it('[P04] loses no pull request and lands none twice, whatever the chances', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.integer({ min: 0, max: 60 }),
          bad: fc.double({ min: 0, max: 1, noNaN: true }),
          flaky: fc.double({ min: 0, max: 0.5, noNaN: true }),
          batch: fc.integer({ min: 1, max: 9 }),
          depth: fc.integer({ min: 1, max: 6 }),
          retries: fc.integer({ min: 0, max: 2 }),
          seed: fc.integer(),
        }),
        ({ count, bad, flaky, batch, depth, retries, seed }) => {
          const strategy = { batch, depth, retries }
          const random = seeded(seed)
          const drawn = drawBad(count, bad, random)
          const drained = drain({ count, bad: drawn, strategy, flake: () => random.chance(flaky) })
          const { landed, ejected } = drained
          expect([...landed, ...ejected].toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, index) => index + 1),
          )
          expect(landed.filter(pr => drawn.has(pr))).toEqual([])
          if (flaky === 0) expect(drained.wronged).toBe(0)
          expect(drained.line.trains).toEqual([])
        },
      ),
    )
  })

  it('[P04] with one retry throws out a tenth of the good ones that flakes would cost', () => {
    const wronged = (retries: number) => {
      const random = seeded(3)
      const bad = drawBad(4_000, 0.05, random)
      const strategy = { batch: 1, depth: 1, retries }
      return drain({ count: 4_000, bad, strategy, flake: () => random.chance(0.05) }).wronged
    }
    expect(wronged(1)).toBeLessThan(wronged(0) / 8)
  })
})
