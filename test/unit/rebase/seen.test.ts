/** Whose pull requests are ours to rebase: what is not surely so is left alone, and says why. */
import { describe, expect, it } from 'vitest'
import type { Found } from '../../../src/engine/queue/describe.ts'
import { emptyLine } from '../../../src/engine/queue/line.ts'
import { type RebaseLook, rebaseSeen } from '../../../src/hub/dock/rebase-seen.ts'
import type { PrFact } from '../../../state/facts.ts'
import { policyOf } from '../../../state/gate-policy.ts'
import { pullValue } from '../../setup/fact-values.ts'
import { found, holding } from '../queue/parts/found.ts'

const NOW = 1_750_000_000_000

const pull = (number: number, more: Partial<PrFact> = {}): PrFact =>
  pullValue(number, { headSha: `h${number}`, mergeState: 'DIRTY', createdAt: NOW, ...more })

const dirty = (pr: number, more: Partial<Found> = {}): Found =>
  found(pr, {
    head: `h${pr}`,
    gate: holding({ name: 'conflicts', verdict: 'fail', datum: 'conflicts in a.txt' }),
    dirtyPaths: ['a.txt'],
    ...more,
  })

interface World extends Partial<Omit<RebaseLook, 'seen'>> {
  conflicts?: ReadonlySet<string>
}

function seen(all: readonly (readonly [Found, PrFact])[], world: World = {}) {
  const { conflicts = new Set<string>(), ...more } = world
  const pulls = all.map(([, one]) => one)
  return rebaseSeen({
    seen: {
      tip: 'tip',
      found: all.map(([one]) => one),
      conflicts,
      policy: policyOf({}),
      pulls: new Map(pulls.map(one => [one.number, one])),
    },
    line: emptyLine,
    boarding: [],
    taken: new Set(),
    pulls,
    pushed: new Map(),
    red: new Map(),
    base: 'main',
    starveMs: 86_400_000,
    most: 2,
    now: NOW,
    ...more,
  })
}

const obstacle = (of: Partial<Found>, pr: Partial<PrFact> = {}, world: World = {}) =>
  seen([[dirty(1, of), pull(1, pr)]], world).dirty[0]?.obstacle

describe('a dirty pull request', () => {
  it('is ours when nothing speaks against it; one that is clean or rides is none', () => {
    expect(obstacle({})).toBeNull()
    const clean = seen([[dirty(1, { dirtyPaths: [] }), pull(1)]])
    expect(clean.dirty).toEqual([])
    const unknown = seen([[dirty(1, { dirtyPaths: null }), pull(1)]])
    expect(unknown.dirty).toEqual([])
    const waiting = [{ cars: [{ pr: 1, head: 'h1' }], reds: 0 }]
    const riding = seen([[dirty(1), pull(1)]], { line: { ...emptyLine, waiting } })
    expect(riding.dirty).toEqual([])
    expect(riding.ahead).toEqual([1])
  })

  it.each<[string, Partial<Found>, Partial<PrFact>, World]>([
    ['it is a draft', {}, { isDraft: true }, {}],
    ['its branch is not in this repository', { isOwn: false }, {}, {}],
    ['its branch is main itself', {}, { branch: 'main' }, {}],
    ['#2 stands on its branch', {}, {}, { pulls: [pull(2, { base: 'lane/1' })] }],
    ['it is being merged by other means', { isQueued: true }, {}, {}],
    ['it is being merged by other means', {}, {}, { taken: new Set([1]) }],
    ['changes the same as #9', { duplicateOf: 9 }, {}, {}],
    ['the host has not told which lanes work on it', { lanes: null }, {}, {}],
    ['parser still works on it', { lane: 'parser' }, {}, {}],
    [
      'would be held: paths: not allowed: a.sh',
      { gate: holding({ name: 'paths', verdict: 'fail', datum: 'not allowed: a.sh' }) },
      {},
      {},
    ],
    [
      'run 7 is red at attempt 2',
      {},
      {},
      {
        pushed: new Map([[1, { head: 'h0', commit: 'h1', at: NOW }]]),
        red: new Map([['1 h1', { isSettled: true, why: 'run 7 is red at attempt 2' }]]),
      },
    ],
  ])('[F03] is left alone: %s', (why, of, pr, world) => {
    expect(obstacle(of, pr, world)).toBe(`not rebased: ${why}`)
  })

  it('waits for those that were rebased and are under test, but not for checks that never begin', () => {
    const rebased = (checks: PrFact['checks'], at: number) =>
      seen(
        [
          [dirty(1, { dirtyPaths: [] }), pull(1, { checks })],
          [dirty(2), pull(2)],
        ],
        { boarding: [], pushed: new Map([[1, { head: 'h0', commit: 'h1', at }]]) },
      )
    expect(rebased('pending', NOW - 9_000_000)).toMatchObject({ ahead: [1], underTest: 1 })
    expect(rebased('none', NOW - 60_000)).toMatchObject({ ahead: [1], underTest: 1 })
    expect(rebased('none', NOW - 700_000)).toMatchObject({ ahead: [], underTest: 0 })
    expect(rebased('failing', NOW - 60_000)).toMatchObject({ ahead: [], underTest: 0 })
  })

  it('goes in the order in which it would board: who must first, then who makes the fewest others dirty', () => {
    const world = seen(
      [
        [dirty(1), pull(1)],
        [dirty(2), pull(2)],
        [dirty(3, { priority: 1 }), pull(3)],
      ],
      { conflicts: new Set(['1 2', '1 3']) },
    )
    expect(world.dirty.map(({ pr }) => pr)).toEqual([3, 2, 1])
  })
})
