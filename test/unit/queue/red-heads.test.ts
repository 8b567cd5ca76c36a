import { describe, expect, it } from 'vitest'
import { type CommitRun, judgeRuns, redHeads } from '../../../src/engine/queue/red-heads.ts'
import type { Signal } from '../../../state/dock.ts'
import { found, holding } from './parts/found.ts'

const RED: Signal = { name: 'checks', verdict: 'fail', datum: 'red: unit' }
const one = found(1, { gate: holding(RED) })
const pullsOf = (checks: 'failing' | 'pending', isDraft = false) =>
  new Map([[1, { checks, isDraft }]])
const failing = pullsOf('failing')
const NOBODY = new Map()

describe('a red head', () => {
  it('[F04] is clean, or rebased by us and dirty since; a draft or one whose checks run is none', () => {
    const red = [{ pr: 1, head: 'h', besides: null }]
    expect(redHeads([one], failing, NOBODY)).toEqual(red)
    const dirty = { ...one, dirtyPaths: ['a.ts'] }
    expect(redHeads([dirty], failing, NOBODY)).toEqual([])
    expect(redHeads([dirty], failing, new Map([[1, { commit: 'h' }]]))).toEqual(red)
    expect(redHeads([dirty], failing, new Map([[1, { commit: 'g' }]]))).toEqual([])
    expect(redHeads([one], pullsOf('pending'), NOBODY)).toEqual([])
    expect(redHeads([one], pullsOf('failing', true), NOBODY)).toEqual([])
    expect(redHeads([one], new Map(), NOBODY)).toEqual([])
    expect(redHeads([{ ...one, gate: holding() }], failing, NOBODY)).toEqual([])
  })

  it('is not worth a run while something else holds it', () => {
    const review: Signal = { name: 'review', verdict: 'absent', datum: 'nobody has approved' }
    const besides = (of: Partial<typeof one>) =>
      redHeads([{ ...one, ...of }], failing, NOBODY)[0]?.besides
    expect(besides({ gate: holding(RED, review) })).toBe('review: nobody has approved')
    expect(besides({ gate: holding({ ...RED, name: 'conflicts' }, RED) })).toBeNull()
  })
})

describe('runs of a red head', () => {
  const run = (id: number, attempt: number, state: CommitRun['state']): CommitRun => ({
    id,
    attempt,
    state,
    url: `https://host.test/runs/${id}`,
  })

  it('[F04] are tried again as often as is forgiven, and then name the run that was red', () => {
    const [failed, passed] = [run(1, 1, 'failed'), run(2, 1, 'ended')]
    expect(judgeRuns([failed, passed], 1)).toEqual({ kind: 'again', runs: [failed] })
    expect(judgeRuns([failed], 0)).toMatchObject({ kind: 'settled' })
    expect(judgeRuns([run(1, 2, 'failed'), passed], 1)).toEqual({
      kind: 'settled',
      why: 'run 1 is red at attempt 2: https://host.test/runs/1',
    })
    expect(judgeRuns([run(1, 2, 'running'), passed], 1)).toEqual({ kind: 'running' })
    expect(judgeRuns([passed], 1)).toEqual({ kind: 'none' })
    expect(judgeRuns([], 1)).toEqual({ kind: 'none' })
  })
})
