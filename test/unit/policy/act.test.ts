import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onlyLooks } from '../../../src/policy/access.ts'
import { ACTS, judgeAct } from '../../../src/policy/act.ts'
import { safeDefault } from '../../../src/policy/answer.ts'
import { discardQuestion, KEEP } from '../../../src/policy/discard.ts'
import { HUB_METHODS } from '../../../src/rpc/hub-api.ts'
import type { ActName } from '../../../state/act.ts'
import type { PauseFact } from '../../../state/rule-facts.ts'

const names = Object.keys(ACTS) as ActName[]
const aim = fc.record({
  lane: fc.constantFrom('one', 'two', null),
  goal: fc.constantFrom('one', 'two', null),
  account: fc.constantFrom('one', 'two', null),
  model: fc.constantFrom('one', 'two', null),
})
const pause = fc
  .record({
    kind: fc.constantFrom('lane', 'goal', 'account', 'model', 'dispatch'),
    name: fc.constantFrom('one', 'two'),
  })
  .map(
    (target): PauseFact => ({
      target,
      by: 'robin@yard',
      reason: 'flaky',
      since: 0,
      until: null,
      review: null,
      isReviewDue: false,
    }),
  )
const wanted = fc.record({
  act: fc.constantFrom(...names),
  aim,
  pauses: fc.array(pause, { maxLength: 3 }),
  losses: fc.array(fc.constantFrom('a commit', 'a file'), { maxLength: 2 }),
  now: fc.constant(1),
})

describe('an act', () => {
  it('[B14] has an undo of its own, which is an act too, or is a question each time', () => {
    for (const name of names) expect([...names, null]).toContain(ACTS[name].undo)
  })

  it('[B14] [E06] runs at once when nothing is lost and nobody holds it; what loses never runs', () => {
    fc.assert(
      fc.property(wanted, asked => {
        const ruling = judgeAct(asked)
        const isHeld =
          ACTS[asked.act].isHeldByPause &&
          asked.pauses.some(
            ({ target: { kind, name } }) =>
              kind !== 'dispatch' && kind !== 'queue' && asked.aim[kind] === name,
          )
        const isFinal = asked.losses.length > 0 || ACTS[asked.act].undo === null
        const kind = isHeld ? 'refused' : isFinal ? 'decide' : 'run'
        expect(ruling.kind).toBe(kind)
        if (ruling.kind === 'refused') expect(ruling.problems[0]).toMatch(/robin@yard.*flaky/)
      }),
    )
  })
})

describe('a deadline that passes', () => {
  const act = {
    act: 'lane.discard' as const,
    lane: 'one',
    repo: '/r',
    path: '/t',
    branch: 'lane/one',
    head: 'abc',
    digest: 'd',
  }
  const asked = { ...discardQuestion(act, ['1 commit'], 0) }

  it('[M03] stands for the safe answer alone', () => {
    expect(safeDefault({ seq: 1, data: asked })).toMatchObject({ option: KEEP })
    expect(safeDefault({ seq: 1, data: { ...asked, default: asked.approve } })).toBeNull()
    expect(safeDefault({ seq: 1, data: { ...asked, deadline: null } })).toBeNull()
  })

  it('[O10] never stands for the approval of what somebody else asked', () => {
    const foreign = { options: ['merge', 'Cancel'], deadline: 1 }
    expect(safeDefault({ seq: 1, data: { ...foreign, default: 'merge' } })).toBeNull()
    expect(safeDefault({ seq: 1, data: { ...foreign, default: 'Cancel' } })).not.toBeNull()
  })
})

describe('a request that only looks', () => {
  it.each([
    'run',
    'rsh',
    'terminal',
    'answer',
    'acceptKey',
    'lane.launch',
    'lane.stop',
    'lane.resume',
    'lane.discard',
    'lane.check',
    'leftover.remove',
    'dispatch.run',
    'undo',
    'pause',
    'unpause',
  ])('[N11] is not %s', method => {
    expect(Object.keys(HUB_METHODS)).toContain(method)
    expect(onlyLooks(method, {})).toBe(false)
  })

  it('[N11] [N07] is one that tells what it would do', () => {
    expect(onlyLooks('lane.discard', { isDryRun: true })).toBe(true)
    expect(onlyLooks('dispatch.plan', { override: null })).toBe(true)
    expect(onlyLooks('dispatch.plan', { override: { reason: 'x' } })).toBe(false)
  })
})
