import { describe, expect, it } from 'vitest'
import { type HostView, lookAt } from '../../../src/engine/dispatch/look.ts'
import { planDispatch } from '../../../src/engine/dispatch/plan.ts'
import { DispatchConfig } from '../../../state/config.ts'
import { standing } from '../../../state/dispatch.ts'
import type { Fact, FactValue } from '../../../state/facts.ts'
import { Item, itemKey } from '../../../state/item.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { worldOf } from '../../../state/reduce.ts'
import { planLines } from '../../../state/select/plan.ts'
import type { LaneResult } from '../../../state/words.ts'
import {
  fact,
  host,
  landing,
  lane,
  link,
  MINUTE,
  NOW,
  pr,
  source,
} from '../../terminal/parts/facts.ts'

const item = (goal: string, id: string, more: object = {}): Fact => {
  const value = Item.parse({ goal, id, title: `${goal} ${id}`, brief: '~/b.md', ...more })
  return fact('item', itemKey(value), value)
}

const intent = (seq: number, subject: string): JournalRow => ({
  seq,
  at: NOW,
  kind: 'intent',
  author: 'hub',
  subject,
  text: 'launch',
  data: {},
  hash: '',
})

const SEEN = [
  link(),
  host(),
  ...['lanes', 'items', 'vitals', 'github:yard/dock'].map(name => source(name)),
]
const FILE = { file: '~/items.jsonl' }

interface Given {
  facts: readonly Fact[]
  config?: object
  open?: JournalRow[]
  intents?: JournalRow[]
  override?: string
  seen?: Partial<HostView>
  begun?: { item: Item; lane: string }[]
}

const plan = ({ facts, config, open = [], intents = [], override, seen = {}, begun = [] }: Given) =>
  planDispatch(
    lookAt({
      world: worldOf([...SEEN, ...facts]),
      config: DispatchConfig.parse({ ...FILE, ...config }),
      open,
      intents,
      host: { locks: [], launched: [], edits: [], problems: new Map(), named: new Map(), ...seen },
      begun,
      override: override ?? null,
      now: NOW,
    }),
  )

const skipped = (given: Given) =>
  plan(given).skipped.map(
    ({ item: { goal, id }, reason, text }) => `${goal}/${id} ${reason}: ${text}`,
  )

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

describe('the gates', () => {
  const prs = Array.from({ length: 37 }, (_, at) => pr(at + 1, 'change'))
  const jammed = [item('tests', '1'), ...prs]

  it('[B19] refuse while the dock is jammed, with the numbers', () => {
    const made = plan({ facts: jammed })
    expect(made).toMatchObject({ planned: [], skipped: [] })
    expect(made.refusals).toEqual([
      { gate: 'dock', text: 'dock is jammed: 37 open PRs, limit 10', figure: 37, limit: 10 },
    ])
    const mend = (at: 'console' | 'command') =>
      planLines(made, { at, columns: 80 })
        .flat()
        .map(({ text }) => text)[1]
    expect(mend('console')).toContain('Enter asks why')
    expect(mend('command')).toContain('`dockmaster dispatch run --override "why"`')
    const review = Array.from({ length: 3 }, (_, at) =>
      lane(`r${at}`, { status: 'ended', result: 'in-review' }),
    )
    expect(plan({ facts: review, config: { jam: { inReview: 3 } } }).refusals).toMatchObject([
      { gate: 'dock', text: 'dock is jammed: 3 lanes in review, limit 3' },
    ])
    expect(plan({ facts: prs.slice(0, 9) }).refusals).toEqual([])
    expect(plan({ facts: prs.slice(0, 10) }).refusals).toHaveLength(1)
  })

  it('[B19] refuse while the host is pressed, with the numbers', () => {
    const { refusals } = plan({
      facts: [],
      config: { pressure: { loadPerCore: 0.2, memory: 0.5, disk: 0.7 } },
    })
    expect(refusals.map(({ text }) => text)).toEqual([
      'host is pressed: load per core 0.24, limit 0.20',
      'host is pressed: memory 61%, limit 50%',
      'host is pressed: disk / 72%, limit 70%',
    ])
  })

  it('[B19] give way to an override; locks and caps do not', () => {
    const facts = [...jammed, item('tests', '2'), item('tests', '3'), lane('tests--2')]
    const made = plan({ facts, override: 'the reviews are quick today' })
    expect(made.refusals).toHaveLength(1)
    expect(standing(made)).toEqual([])
    expect(made.planned.map(({ lane: name }) => name)).toEqual(['tests--1'])
    expect(made.skipped.map(({ reason }) => reason)).toEqual(['held', 'goal-cap'])
  })

  it('[B19] take what cannot be measured for no small figure', () => {
    const blind = source('github:yard/dock', { state: 'error', message: 'HTTP 502' })
    expect(plan({ facts: [blind] }).refusals).toMatchObject([
      { gate: 'dock', text: 'the dock cannot be seen: HTTP 502', figure: null },
    ])
    const unmeasured = source('vitals', { state: 'error', message: 'no /proc' })
    expect(plan({ facts: [unmeasured] }).refusals).toMatchObject([{ gate: 'host' }])
  })

  it('says so when nobody watches the dock, and plans', () => {
    const none = source('github:yard/dock', { state: 'absent', message: 'no repository is named' })
    const made = plan({ facts: [none, item('tests', '1')] })
    expect(made.planned).toHaveLength(1)
    expect(made.notes).toEqual(['open PRs are not counted: no repository is named'])
  })

  it.each([
    ['the link is down', link({ state: 'down', message: 'connection reset' })],
    ['no lane can be read', source('lanes', { state: 'error', message: 'EIO' })],
    ['the file cannot be read', source('items', { state: 'absent', message: 'no such file' })],
  ])('[B19] while %s nothing is planned, whatever is overridden', (_what, blind) => {
    const made = plan({ facts: [item('tests', '1'), blind], override: 'I know' })
    expect(standing(made)).toContainEqual(expect.objectContaining({ gate: 'sight' }))
    expect(made.planned).toEqual([])
  })
  it('[C04] shows of each item its pull request and merged SHA: landed, else recoverable', () => {
    const sha = 'c'.repeat(40)
    const left = (name: string, ref: string, result: LaneResult) => {
      const evidence = [{ kind: 'commit', ref, at: NOW } as const]
      return lane(name, { status: 'ended', result, evidence })
    }
    const merged = landing(7, 1)
    const facts = [
      ...['1', '2', '3', '4'].map(id => item('tests', id)),
      left('tests--1', 'd'.repeat(40), 'pushed'),
      merged,
      left('tests--2', sha, 'pushed'),
      pr(8, 'x', { headSha: sha }),
      left('tests--3', 'e'.repeat(40), 'local'),
    ]
    const made = plan({ facts })
    const works = [...made.planned, ...made.skipped].map(({ item: { id }, work }) => [id, work])
    const { sha: landed } = merged.value as FactValue<'landing'>
    const none = { pr: null, sha: null }
    expect(Object.fromEntries(works)).toEqual({
      1: { lane: 'tests--1', result: 'landed', state: 'landed', pr: merged.key, sha: landed },
      2: {
        lane: 'tests--2',
        result: 'in-review',
        state: 'recoverable',
        ...none,
        pr: 'yard/dock#8',
      },
      3: { lane: 'tests--3', result: 'local', state: 'recoverable', ...none },
      4: null,
    })
    const lines = planLines(made, { at: 'command', columns: 400 }).map(line =>
      line.map(({ text }) => text).join(''),
    )
    const narrow = planLines(made, { at: 'command', columns: 36 })
    const [first, below] = narrow.map(line => line.map(({ text }) => text).join(''))
    expect(first).not.toContain('goal tests')
    expect(below).toMatch(/^ {5}lane 1 of 2 of goal tests$/)
    expect(lines).toEqual([
      expect.stringMatching(/tests--4 .* lane 1 of 2 of goal tests$/),
      expect.stringMatching(/tests--1 .* has landed  landed: yard\/dock#7 as 00000000$/),
      expect.stringMatching(/tests--2 .* is in review  recoverable: yard\/dock#8$/),
      expect.stringMatching(/tests--3 .* has commits that are not pushed  recoverable$/),
    ])
  })
})
