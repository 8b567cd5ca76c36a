import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newMergeStates } from '../../../adapters/github/merge-states.ts'
import { MERGE_STATES, type MergeState } from '../../../state/words.ts'

describe('since when a merge state stands', () => {
  const seen = (...states: MergeState[]) => {
    const track = newMergeStates()
    for (const [at, state] of states.entries()) track.see(new Map([[1, state]]), at)
    return track.since(1)
  }

  it('is not known of what stood before the first look', () => {
    expect(seen('DIRTY')).toBeNull()
    expect(seen('DIRTY', 'DIRTY')).toBeNull()
    expect(seen('UNKNOWN', 'DIRTY')).toBeNull()
    expect(seen('UNKNOWN', 'UNKNOWN', 'DIRTY', 'DIRTY')).toBeNull()
  })

  it('is when it changed, and UNKNOWN is a gap that it lasts through', () => {
    expect(seen('CLEAN', 'DIRTY', 'DIRTY')).toBe(1)
    expect(seen('CLEAN', 'DIRTY', 'UNKNOWN', 'UNKNOWN')).toBe(2)
    expect(seen('CLEAN', 'DIRTY', 'UNKNOWN', 'DIRTY')).toBe(1)
    expect(seen('DIRTY', 'UNKNOWN', 'DIRTY')).toBeNull()
    expect(seen('DIRTY', 'UNKNOWN', 'CLEAN')).toBe(2)
  })

  it('never lies in the future, nor before the state last differed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...MERGE_STATES), { minLength: 1 }), states => {
        const since = seen(...states)
        const last = states.at(-1)
        const known = states
          .map((state, at) => ({ state, at }))
          .filter(({ state }) => state !== 'UNKNOWN')
        const differed = known.findLast(({ state }) => state !== last)
        if (since === null || last === 'UNKNOWN') return
        expect(since).toBeLessThan(states.length)
        expect(since).toBeGreaterThan(differed?.at ?? -1)
        expect(states[since]).toBe(last)
      }),
    )
  })

  it('forgets what is gone', () => {
    const track = newMergeStates()
    track.see(new Map([[1, 'CLEAN']]), 0)
    track.see(new Map([[1, 'DIRTY']]), 1)
    track.see(new Map(), 2)
    expect(track.since(1)).toBeNull()
  })
})
