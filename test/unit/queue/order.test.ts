import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairKey } from '../../../src/engine/queue/line.ts'
import { type Candidate, orderOf } from '../../../src/engine/queue/order.ts'

const HOUR = 3_600_000
const rules = { now: 100 * HOUR, starveMs: 24 * HOUR }
const candidate = (pr: number, more: Partial<Candidate> = {}): Candidate => ({
  pr,
  head: `h${pr}`,
  priority: 0,
  needs: [],
  readyAt: rules.now - HOUR,
  size: 10,
  ...more,
})
const numbers = (candidates: Candidate[], conflicts: [number, number][] = []) =>
  orderOf(candidates, new Set(conflicts.map(([a, b]) => pairKey(a, b))), rules).map(
    place => place.candidate.pr,
  )

describe('the order of the queue', () => {
  it('takes first who makes the fewest others dirty', () => {
    const all = [1, 2, 3, 4].map(pr => candidate(pr))
    expect(
      numbers(all, [
        [1, 2],
        [1, 3],
        [1, 4],
      ]),
    ).toEqual([2, 3, 4, 1])
  })

  it('puts who waited too long before that, and a priority before both', () => {
    const all = [
      candidate(1, { readyAt: 0 }),
      candidate(2),
      candidate(3, { priority: 1, size: 9_000 }),
    ]
    expect(numbers(all, [[1, 2]])).toEqual([3, 1, 2])
  })

  it('lets nobody board before what it needs, whatever its priority', () => {
    expect(numbers([candidate(1, { needs: [2], priority: 9 }), candidate(2)])).toEqual([2, 1])
    expect(numbers([candidate(1, { needs: [7] }), candidate(2)])).toEqual([2])
    expect(numbers([candidate(1, { needs: [2] }), candidate(2, { needs: [1] })])).toEqual([])
  })

  it('is the same for the same candidates, in whatever order they come', () => {
    const some = fc.uniqueArray(
      fc.record({
        pr: fc.integer({ min: 1, max: 30 }),
        priority: fc.integer({ min: 0, max: 2 }),
        size: fc.integer({ min: 0, max: 3 }),
        readyAt: fc.integer({ min: 0, max: rules.now }),
      }),
      { selector: ({ pr }) => pr, maxLength: 12 },
    )
    const pairs = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })),
    )
    fc.assert(
      fc.property(some, pairs, fc.integer(), (list, conflicts, turn) => {
        const all = list.map(({ pr, ...more }) => candidate(pr, more))
        const at = all.length === 0 ? 0 : Math.abs(turn) % all.length
        const turned = [...all.slice(at), ...all.slice(0, at)]
        expect(numbers(turned, conflicts)).toEqual(numbers(all, conflicts))
        expect(numbers(all, conflicts).toSorted((a, b) => a - b)).toEqual(
          all.map(({ pr }) => pr).toSorted((a, b) => a - b),
        )
      }),
    )
  })
})
