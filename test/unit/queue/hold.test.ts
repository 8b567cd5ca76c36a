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
