import { describe, expect, it } from 'vitest'
import { type HostView } from '../../../src/engine/dispatch/look.ts'
import type { Fact } from '../../../state/facts.ts'
import { Item } from '../../../state/item.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { fact, lane, MINUTE, NOW } from '../../terminal/parts/facts.ts'
import { intent, item, plan, skipped } from './planned.ts'

const HELD: readonly [what: string, held: Fact, said: string][] = [
  ['a lane of its name', lane('tests--7'), 'its lane tests--7 is working'],
  ['a run that resumes it', lane('tests--7.2'), 'its lane tests--7.2 is working'],
  ['a lane in its worktree', lane('t', { cwd: '/srv/trees/tests--7' }), 'its lane t is working'],
  ...(
    [
      ['claimed', 'claims to be done'],
      ['local', 'not pushed'],
      ['pushed', 'is pushed'],
      ['in-review', 'is in review'],
      ['queued', 'merge queue'],
      ['landed', 'has landed'],
    ] as const
  ).map(([result, said]): [string, Fact, string] => [
    `a lane that ended as ${result}`,
    lane('tests--7', { status: 'ended', result }),
    said,
  ]),
]

describe('what holds an item', () => {
  it.each(HELD)('[B09] %s', (_what, held, said) => {
    expect(skipped({ facts: [item('tests', '7'), held] })).toEqual([
      expect.stringMatching(`^tests/7 held: .*${said}`),
    ])
  })

  it.each(['none', 'failed', 'crashed', 'interrupted', 'refuted'] as const)(
    'a lane that ended as %s does not',
    result => {
      const ended = lane('tests--7', { status: 'ended', result })
      expect(plan({ facts: [item('tests', '7'), ended] }).planned).toHaveLength(1)
    },
  )

  it('[B09] an intent in the journal that is still open', () => {
    expect(skipped({ facts: [item('tests', '7')], open: [intent(41, 'tests--7')] })).toEqual([
      'tests/7 held: its intent #41 has no outcome yet',
    ])
  })
})

describe('what the host says of an item', () => {
  const lock = {
    goal: 'tests',
    id: '7',
    attempt: 1,
    key: 'k',
    who: 'ann@desk pid 7',
    ageMs: MINUTE,
    isFreed: false,
  }
  const said = (seen: Partial<HostView>, ...facts: Fact[]) =>
    skipped({ facts: [item('tests', '7'), ...facts], seen })
  const next = (seen: Partial<HostView>, ...facts: Fact[]) =>
    plan({ facts: [item('tests', '7'), ...facts], seen }).planned.map(each => each.lane)
  const failed = (name: string) => lane(name, { status: 'ended', result: 'failed' })

  it('[B09] a lock without a lane holds it while it is young, and is told as stale when it is old', () => {
    expect(said({ locks: [lock] })).toEqual(['tests/7 held: ann@desk pid 7 is launching its lane'])
    expect(said({ locks: [{ ...lock, ageMs: 61 * MINUTE }] })).toEqual([
      'tests/7 stale: stale lock of ann@desk pid 7, 61 min old: no lane came of it; `dockmaster dispatch unlock tests/7` frees it',
    ])
  })

  it('[B09] a lane that was launched and is not seen holds it', () => {
    expect(said({ launched: ['tests--7'] })).toEqual([
      expect.stringMatching('was launched as number 1, and cannot be seen'),
    ])
  })

  it('[B09] a failed lane frees it for the next number, past every name that was used', () => {
    expect(next({}, failed('tests--7'))).toEqual(['tests--7--2'])
    expect(next({ locks: [lock] }, failed('tests--7'))).toEqual(['tests--7--2'])
    expect(next({ locks: [{ ...lock, isFreed: true }] })).toEqual(['tests--7--2'])
    expect(next({ launched: ['tests--7', 'tests--7--4'] }, failed('tests--7--4'))).toEqual([
      'tests--7--5',
    ])
    expect(said({}, failed('tests--7'), lane('tests--7--2'))).toEqual([
      'tests/7 held: its lane tests--7--2 is working',
    ])
    expect(said({}, failed('tests--7--99'))).toEqual(['tests/7 held: was tried 99 times'])
  })

  it('[B02] an item without a whole brief is passed over, with the reason', () => {
    const facts = [item('tests', '7'), item('tests', '8', { brief: null })]
    const problems = new Map([['~/b.md', ['the brief has no STOP']]])
    expect(skipped({ facts, seen: { problems } })).toEqual([
      'tests/7 brief: the brief has no STOP',
      'tests/8 brief: names no brief',
    ])
  })

  it('[B09] a lane that was launched just now counts before its fact is there', () => {
    const facts = [item('tests', '7'), item('tests', '8')]
    const begun = [{ item: Item.parse({ goal: 'tests', id: '7', title: 'x' }), lane: 'tests--7' }]
    const config = { goals: [{ name: 'tests', cap: 1 }] }
    expect(skipped({ facts, begun, config })).toEqual([
      'tests/7 held: its lane was launched just now',
      'tests/8 goal-cap: goal tests has 1 of 1 lanes',
    ])
  })
})

describe('what counts', () => {
  it('[B09] caps say their numbers, and lanes that are none of ours count on the host alone', () => {
    const facts = [
      item('tests', '1', { model: 'large' }),
      item('docs', '1', { model: 'large' }),
      item('docs', '2', { account: 'spare' }),
      lane('tests--9'),
      lane('somebody-else'),
    ]
    expect(
      skipped({
        facts,
        config: {
          goals: [{ name: 'tests', cap: 1 }],
          caps: { models: { large: 0 }, accounts: { spare: 0 } },
        },
      }),
    ).toEqual([
      'tests/1 goal-cap: goal tests has 1 of 1 lanes',
      'docs/1 model-cap: model large has 0 of 0 lanes',
      'docs/2 account-cap: account spare has 0 of 0 lanes',
    ])
    expect(
      skipped({ facts: [item('tests', '1'), lane('a'), lane('b')], config: { caps: { host: 2 } } }),
    ).toEqual(['tests/1 host-cap: the host has 2 of 2 lanes'])
    expect(
      skipped({
        facts: [item('docs', '1'), item('tests', '1'), lane('a')],
        config: { caps: { total: 1 } },
      }),
    ).toEqual(['tests/1 total-cap: dispatch has 1 of 1 lanes'])
  })

  it('[B15] an account that is paused holds its items, and no others', () => {
    const pause = fact('pause', 'account spare', {
      target: { kind: 'account', name: 'spare' },
      by: 'hub',
      reason: 'its lane night hit its limit',
      since: NOW - MINUTE,
      until: NOW + MINUTE,
      review: null,
      isReviewDue: false,
    })
    const facts = [item('tests', '1'), item('docs', '1', { account: 'spare' }), pause]
    expect(plan({ facts }).planned.map(({ lane: name }) => name)).toEqual(['tests--1'])
    expect(skipped({ facts })[0]).toMatch(/^docs\/1 paused: account spare is paused by hub .*until/)
  })

  it('[B09] the first turn is of the goal after the one that the journal names last', () => {
    const facts = [item('a', '1'), item('b', '1'), item('c', '1')]
    const order = (...intents: JournalRow[]) =>
      plan({ facts, intents })
        .planned.map(({ item: { goal } }) => goal)
        .join('')
    expect(order()).toBe('abc')
    expect(order(intent(1, 'a--9'))).toBe('bca')
    expect(order(intent(1, 'a--9'), intent(2, 'c--1'), intent(3, 'runl'))).toBe('abc')
    const stop = { ...intent(2, 'c--1'), data: { act: 'lane.stop' } }
    expect(order(intent(1, 'a--9'), stop)).toBe('bca')
  })

  it('what the config names goes before a line of the file with its name', () => {
    const config = { items: [{ goal: 'a', id: '1', title: 'ours', brief: '~/b.md' }] }
    const { planned } = plan({ facts: [item('a', '1', { title: 'theirs' })], config })
    expect(planned).toMatchObject([{ item: { title: 'ours' } }])
  })
})
