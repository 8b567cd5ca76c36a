import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LiveLane, laneOf } from '../../../src/engine/dispatch/caps.ts'
import { type DispatchInput, planDispatch } from '../../../src/engine/dispatch/plan.ts'
import { DispatchConfig } from '../../../state/config.ts'
import type { DispatchPlan } from '../../../state/dispatch.ts'
import { accountOf, Item, itemKey, laneNameOf, workOfLane } from '../../../state/item.ts'

const GOALS = ['reviews', 'tests', 'docs', 'heal_2', 'on-call'] as const
const MODELS = ['large', 'small', 'constructor'] as const
const ACCOUNTS = ['first', 'second'] as const

const items = fc.uniqueArray(
  fc.record({
    goal: fc.constantFrom(...GOALS),
    id: fc.integer({ min: 0, max: 30 }).map(String),
    title: fc.constant('work'),
    model: fc.constantFrom(...MODELS, null),
    account: fc.constantFrom(...ACCOUNTS, null),
    priority: fc.integer({ min: -2, max: 2 }),
    ready: fc.boolean(),
  }),
  { selector: itemKey, maxLength: 60 },
)

const cap = fc.integer({ min: 0, max: 5 })
const capsOf = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), cap, { noNullPrototype: true })

const limits = fc
  .record({
    goals: fc.uniqueArray(fc.record({ name: fc.constantFrom(...GOALS), cap }), {
      selector: ({ name }) => name,
    }),
    caps: fc.record({
      goal: cap,
      total: fc.integer({ min: 0, max: 12 }),
      host: fc.integer({ min: 0, max: 15 }),
      models: capsOf(MODELS),
      accounts: capsOf([...ACCOUNTS, 'codex']),
    }),
  })
  .map(given => DispatchConfig.parse(given))

const living = fc.array(
  fc.record({
    goal: fc.constantFrom(...GOALS, null),
    model: fc.constantFrom(...MODELS, null),
    account: fc.constantFrom(...ACCOUNTS, 'codex'),
  }),
  { maxLength: 8 },
)

const HELD = { kind: 'held', text: 'its lane is working' } as const

const inputs: fc.Arbitrary<DispatchInput> = fc
  .record({
    items: items.map(all => all.map(item => Item.parse(item))),
    limits,
    living,
    held: fc.uniqueArray(fc.nat(59), { maxLength: 10 }),
    paused: fc.subarray<string>([...ACCOUNTS, 'codex'], { maxLength: 1 }),
    lastGoal: fc.constantFrom(...GOALS, 'gone', null),
  })
  .map(({ held, paused, ...rest }) => ({
    ...rest,
    at: 1_000,
    holds: new Map(
      held.flatMap(at => {
        const item = rest.items[at]
        return item ? [[itemKey(item), HELD] as const] : []
      }),
    ),
    works: new Map(),
    unfit: new Map(),
    pauses: paused.map(name => ({
      target: { kind: 'account' as const, name },
      by: 'hub',
      reason: 'limit',
      since: 900,
      until: 2_000,
      review: null,
      isReviewDue: false,
    })),
    refusals: [],
    override: null,
    notes: [],
  }))

const keys = ({ planned }: DispatchPlan): string[] => planned.map(({ item }) => itemKey(item))

const tally = (lanes: readonly LiveLane[], by: (lane: LiveLane) => string | null) => {
  const counts = new Map<string, number>()
  for (const lane of lanes) {
    const key = by(lane)
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

describe('[B09] a dispatch plan', () => {
  it('[B09] is the same for the same items, in whatever order they come', () => {
    const shuffled = inputs.chain(input =>
      fc.tuple(
        fc.constant(input),
        fc.shuffledSubarray([...input.items], { minLength: input.items.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([input, other]) => {
        expect(planDispatch({ ...input, items: other })).toEqual(planDispatch(input))
      }),
    )
  })

  it('[B09] never plans what is held, paused or not ready, and nothing twice', () => {
    fc.assert(
      fc.property(inputs, input => {
        const { planned } = planDispatch(input)
        const names = planned.map(({ item }) => itemKey(item))
        expect(new Set(names).size).toBe(names.length)
        for (const { item } of planned) {
          expect(input.holds.has(itemKey(item))).toBe(false)
          expect(input.pauses.map(({ target }) => target.name)).not.toContain(accountOf(item))
          expect(item.ready).toBe(true)
        }
        const twice = planDispatch({ ...input, items: [...input.items, ...input.items] })
        expect(keys(twice)).toEqual(names)
      }),
    )
  })

  it('[B09] breaks no cap by what it plans', () => {
    fc.assert(
      fc.property(inputs, input => {
        const { planned } = planDispatch(input)
        const { caps, goals } = input.limits
        const after = [...input.living, ...planned.map(({ item }) => laneOf(item))]
        const within = (
          name: string,
          many: number,
          most: number,
          of: (lane: LiveLane) => boolean,
        ) => {
          const before = input.living.filter(of).length
          expect({ name, ok: many <= Math.max(most, before) }).toEqual({ name, ok: true })
        }
        for (const [goal, many] of tally(after, lane => lane.goal)) {
          const most = goals.find(({ name }) => name === goal)?.cap ?? caps.goal
          within(goal, many, most, lane => lane.goal === goal)
        }
        for (const [model, many] of tally(after, lane => lane.model)) {
          const most = new Map(Object.entries(caps.models)).get(model) ?? Number.POSITIVE_INFINITY
          within(model, many, most, lane => lane.model === model)
        }
        for (const [account, many] of tally(after, lane => lane.account)) {
          const most = new Map(Object.entries(caps.accounts)).get(account)
          within(account, many, most ?? Number.POSITIVE_INFINITY, lane => lane.account === account)
        }
        const ours = after.filter(({ goal }) => goal !== null).length
        within('total', ours, caps.total, ({ goal }) => goal !== null)
        within('host', after.length, caps.host, () => true)
      }),
    )
  })

  it('[B09] says of every item that it is planned or why it is not, and leaves no room unused', () => {
    fc.assert(
      fc.property(inputs, input => {
        const { planned, skipped } = planDispatch(input)
        const told = [...planned, ...skipped].map(({ item }) => itemKey(item))
        expect(told.toSorted()).toEqual(input.items.map(itemKey).toSorted())
        // With the plan's lanes alive, the next plan finds nothing more to start.
        const next = planDispatch({
          ...input,
          living: [...input.living, ...planned.map(({ item }) => laneOf(item))],
          holds: new Map([
            ...input.holds,
            ...planned.map(({ item }) => [itemKey(item), HELD] as const),
          ]),
        })
        expect(next.planned).toEqual([])
      }),
    )
  })

  it('[E06] plans nothing of what is paused, and says who paused it', () => {
    const kinds = fc.constantFrom('goal', 'lane', 'account', 'model')
    fc.assert(
      fc.property(inputs, kinds, fc.nat(), (input, kind, at) => {
        const item = input.items[at % Math.max(1, input.items.length)]
        if (!item) return
        const names = {
          goal: item.goal,
          lane: laneNameOf(item),
          account: accountOf(item),
          model: item.model ?? 'none',
        }
        const name = names[kind]
        const pause = {
          target: { kind, name },
          by: 'robin@yard',
          reason: 'flaky',
          since: 0,
          until: null,
          review: null,
          isReviewDue: false,
        }
        const plan = planDispatch({ ...input, pauses: [pause] })
        const meant = (each: Item): string =>
          ({
            goal: each.goal,
            lane: laneNameOf(each),
            account: accountOf(each),
            model: each.model,
          })[kind] ?? ''
        expect(plan.planned.filter(({ item: each }) => meant(each) === name)).toEqual([])
        for (const { text, reason } of plan.skipped) {
          if (/robin@yard/.test(text)) expect(reason).toBe('paused')
        }
      }),
    )
  })

  it('[B09] starves no goal: one lane a round, each goal that may go has had its turn', () => {
    fc.assert(
      fc.property(inputs, input => {
        const open = {
          ...input,
          living: [],
          pauses: [],
          limits: DispatchConfig.parse({ goals: input.limits.goals.map(({ name }) => ({ name })) }),
        }
        const may = new Set(
          open.items
            .filter(item => item.ready && !open.holds.has(itemKey(item)))
            .map(({ goal }) => goal),
        )
        const had = new Set<string>()
        let { lastGoal } = open
        for (let round = 0; round < may.size; round++) {
          const [first] = planDispatch({ ...open, lastGoal }).planned
          if (!first) break
          had.add(first.item.goal)
          lastGoal = first.item.goal
        }
        expect(had).toEqual(may)
      }),
    )
  })

  it('[B09] goes round: no goal has a second lane while another that could has none', () => {
    fc.assert(
      fc.property(inputs, input => {
        const open = {
          ...input,
          limits: DispatchConfig.parse({ caps: { goal: 9, total: 99, host: 99 } }),
        }
        const goals = planDispatch(open).planned.map(({ item }) => item.goal)
        const seen = new Map<string, number>()
        for (const [at, goal] of goals.entries()) {
          const mine = seen.get(goal) ?? 0
          const rest = new Set(goals.slice(at))
          for (const other of rest) expect(seen.get(other) ?? 0).toBeGreaterThanOrEqual(mine)
          seen.set(goal, mine + 1)
        }
      }),
    )
  })

  it('[B09] names lanes so that each is one item’s own', () => {
    fc.assert(
      fc.property(items, items, (some, others) => {
        for (const one of some) {
          expect(workOfLane(laneNameOf(one))?.goal).toBe(one.goal)
          expect(laneNameOf(one)).toMatch(/^[a-z0-9][a-z0-9_-]{0,60}$/)
          for (const other of others) {
            expect(laneNameOf(one) === laneNameOf(other)).toBe(itemKey(one) === itemKey(other))
          }
        }
      }),
    )
  })

  it('plans a thousand items at once', () => {
    const many = Array.from({ length: 1_000 }, (_, at) =>
      Item.parse({ goal: `goal-${at % 40}`, id: `item-${at}`, title: 'work' }),
    )
    const [input] = fc.sample(inputs, { numRuns: 1, seed: 7 })
    if (!input) throw new Error('no sample')
    const plan = planDispatch({
      ...input,
      items: many,
      living: [],
      pauses: [],
      holds: new Map(),
      limits: DispatchConfig.parse({ caps: { goal: 100, total: 1_000, host: 1_000 } }),
    })
    expect(plan.planned).toHaveLength(1_000)
  })
})
