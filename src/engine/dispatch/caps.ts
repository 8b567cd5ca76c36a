/** How many lanes may live at once, and which cap an item would break. */
import type { DispatchConfig } from '../../../state/config.ts'
import type { Skipped } from '../../../state/dispatch.ts'
import { accountOf, type Item } from '../../../state/item.ts'

/** What a lane that lives counts against. */
export interface LiveLane {
  /** Null when it works for no goal of ours: then it counts on the host alone. */
  readonly goal: string | null
  readonly model: string | null
  readonly account: string
}

export interface Count {
  readonly reason: Skipped['reason']
  readonly what: string
  readonly used: number
  /** Null when nothing limits it. */
  readonly cap: number | null
}

export interface Counts {
  /** Each cap that an item counts against, as it stands now. */
  of(item: Item): readonly Count[]
  add(lane: LiveLane): void
}

type Limits = Pick<DispatchConfig, 'goals' | 'caps'>

export const laneOf = (item: Item): LiveLane => ({
  goal: item.goal,
  model: item.model,
  account: accountOf(item),
})

const step = (map: Map<string, number>, key: string | null): void => {
  if (key !== null) map.set(key, (map.get(key) ?? 0) + 1)
}

/** Own keys only: a model may be called `constructor`. */
const own = (table: Readonly<Record<string, number>>, key: string): number | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null

export function countsOf({ goals, caps }: Limits, living: readonly LiveLane[]): Counts {
  const goalLanes = new Map<string, number>()
  const models = new Map<string, number>()
  const accounts = new Map<string, number>()
  let total = 0
  let host = 0
  const add = ({ goal, model, account }: LiveLane): void => {
    step(goalLanes, goal)
    step(models, model)
    step(accounts, account)
    host += 1
    if (goal !== null) total += 1
  }
  living.forEach(add)

  return {
    add,
    of(item) {
      const { goal, model } = item
      const account = accountOf(item)
      const named = goals.find(({ name }) => name === goal)
      return [
        {
          reason: 'goal-cap',
          what: `goal ${goal}`,
          used: goalLanes.get(goal) ?? 0,
          cap: named?.cap ?? caps.goal,
        },
        {
          reason: 'model-cap',
          what: `model ${model}`,
          used: model === null ? 0 : (models.get(model) ?? 0),
          cap: model === null ? null : own(caps.models, model),
        },
        {
          reason: 'account-cap',
          what: `account ${account}`,
          used: accounts.get(account) ?? 0,
          cap: own(caps.accounts, account),
        },
        { reason: 'total-cap', what: 'dispatch', used: total, cap: caps.total },
        { reason: 'host-cap', what: 'the host', used: host, cap: caps.host },
      ]
    },
  }
}

/** The first cap that has no room for one more. */
export const fullOf = (counts: readonly Count[]): (Count & { readonly cap: number }) | null => {
  for (const count of counts) {
    const { cap, used } = count
    if (cap !== null && used >= cap) return { ...count, cap }
  }
  return null
}
