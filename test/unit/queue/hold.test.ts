import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { DEAD_MS, holdStep, RENEW_MS } from '../../../src/engine/queue/hold.ts'

const wish = { id: 'a', ours: new Set<string>(), isWanted: true }
const seen = { commit: 'c1', by: 'b', silentMs: 0 }

it('[F05] a line that nobody holds is taken, and let go once nothing is left to do', () => {
  expect(holdStep({ ...wish, seen: null })).toEqual({ do: 'take', from: null })
  expect(holdStep({ ...wish, seen: null, isWanted: false })).toEqual({ do: 'rest' })
  const ours = { ...seen, by: 'a' }
  expect(holdStep({ ...wish, seen: ours, ours: new Set(['c1']) })).toEqual({ do: 'keep' })
  const old = { ...ours, silentMs: RENEW_MS }
  expect(holdStep({ ...wish, seen: old, ours: new Set(['c1']) })).toEqual({
    do: 'renew',
    from: 'c1',
  })
  expect(holdStep({ ...wish, seen: ours })).toEqual({ do: 'renew', from: 'c1' })
  expect(holdStep({ ...wish, seen: ours, isWanted: false })).toEqual({ do: 'release', from: 'c1' })
})

it('[F05] of another console it is taken only after a long silence', () => {
  expect(holdStep({ ...wish, seen })).toEqual({ do: 'wait' })
  const dead = { ...seen, silentMs: DEAD_MS }
  expect(holdStep({ ...wish, seen: dead })).toEqual({ do: 'take', from: 'c1' })
  expect(holdStep({ ...wish, seen: dead, isWanted: false })).toEqual({ do: 'wait' })
  expect(holdStep({ ...wish, seen: { ...seen, by: null } })).toEqual({ do: 'wait' })
})

it('[F05] two consoles with one journal are two: nobody keeps what another has moved', () => {
  const moved = { ...seen, by: 'a', commit: 'c2' }
  expect(holdStep({ ...wish, seen: moved, ours: new Set(['c1']) })).toEqual({ do: 'wait' })
})

it('[F05] whoever was not told that it moved the line knows itself in it', () => {
  const ours = new Set(['c1', 'c2'])
  expect(holdStep({ ...wish, seen: { ...seen, by: 'a', commit: 'c2' }, ours })).toEqual({
    do: 'keep',
  })
})

it('[F05] however two take turns, and whatever answers are lost, never do both hold it', () => {
  const turn = fc.record({
    who: fc.constantFrom('a', 'b'),
    ms: fc.nat(DEAD_MS / 2),
    wants: fc.boolean(),
    isLost: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 60 }), turns => {
      let now = 0
      let made = 0
      let ref: { commit: string; by: string } | null = null
      const moved = new Map<string, ReadonlySet<string>>()
      const first = new Map<string, number>()
      const holdsUntil = new Map<string, number>()
      for (const { who, ms, wants, isLost } of turns) {
        now += ms
        const key = `${who} ${ref?.commit}`
        if (ref !== null && !first.has(key)) first.set(key, now)
        const silentMs = now - (first.get(key) ?? now)
        const step = holdStep({
          seen: ref === null ? null : { ...ref, silentMs },
          id: who,
          ours: moved.get(who) ?? new Set(),
          isWanted: wants,
        })
        if (step.do === 'take' || step.do === 'renew') {
          made += 1
          ref = { commit: `c${made}`, by: who }
          moved.set(who, new Set([...(isLost ? (moved.get(who) ?? []) : []), ref.commit]))
        } else if (step.do === 'release') {
          ref = null
          moved.delete(who)
        }
        const holds = step.do === 'keep' || (!isLost && (step.do === 'take' || step.do === 'renew'))
        // Whoever looked and held it believes so for as long as it may stay silent.
        if (holds) {
          const other = who === 'a' ? 'b' : 'a'
          expect(holdsUntil.get(other) ?? 0).toBeLessThanOrEqual(now)
          holdsUntil.set(who, now + (DEAD_MS - RENEW_MS))
        } else if (step.do === 'release') holdsUntil.delete(who)
      }
    }),
  )
})
