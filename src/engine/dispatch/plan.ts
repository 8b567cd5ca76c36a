/**
 * The planner: a round-robin over goals, pure. The same items, whatever order they come in, give
 * the same plan; an item that is held is not planned; no cap is broken; and the first turn is of
 * the goal after the one that was dispatched last, so that no goal starves.
 */
import type { DispatchConfig } from '../../../state/config.ts'
import {
  type DispatchPlan,
  type Planned,
  type Refusal,
  type Skipped,
  standing,
} from '../../../state/dispatch.ts'
import type { Instant } from '../../../state/facts.ts'
import { accountOf, type Item, itemKey, laneNameOf } from '../../../state/item.ts'
import { pauseOf, pauseText } from '../../../state/pause.ts'
import type { PauseFact } from '../../../state/rule-facts.ts'
import type { ItemWork } from '../../../state/shipped.ts'
import { type Counts, countsOf, fullOf, type LiveLane, laneOf } from './caps.ts'
import type { Hold } from './locks.ts'
import { queuesOf } from './order.ts'

export interface DispatchInput {
  readonly at: Instant
  readonly items: readonly Item[]
  readonly limits: Pick<DispatchConfig, 'goals' | 'caps'>
  /** Key of an item → what holds it, or the attempt that it is free for. */
  readonly holds: ReadonlyMap<string, Hold>
  /** Key of an item → what its lanes left. */
  readonly works: ReadonlyMap<string, ItemWork>
  /** Key of an item → what its brief lacks. */
  readonly unfit: ReadonlyMap<string, string>
  /** Every lane that lives on the host. */
  readonly living: readonly LiveLane[]
  /** What a person holds. */
  readonly pauses: readonly PauseFact[]
  /** The goal of the last item that was dispatched. */
  readonly lastGoal: string | null
  readonly refusals: readonly Refusal[]
  readonly override: string | null
  readonly notes: readonly string[]
}

export function planDispatch(input: DispatchInput): DispatchPlan {
  const { at, refusals, override, notes } = input
  const plan = { at, refusals: [...refusals], override, notes: [...notes] }
  if (standing(plan).length > 0) return { ...plan, planned: [], skipped: [] }
  return { ...plan, ...rounds(input) }
}

function rounds(input: DispatchInput) {
  const { items, limits, living, lastGoal } = input
  const named = limits.goals.map(({ name }) => name)
  const counts = countsOf(limits, living)
  const taken = new Set<string>()
  const planned: Planned[] = []
  const skipped: Skipped[] = []
  let waiting = queuesOf(items, named, lastGoal).map(({ items: own }) => [...own])
  while (waiting.length > 0) {
    for (const queue of waiting) {
      const next = takeNext(queue, { ...input, counts, taken })
      skipped.push(...next.skipped)
      if (next.planned === null) continue
      planned.push(next.planned)
      taken.add(itemKey(next.planned.item))
    }
    waiting = waiting.filter(queue => queue.length > 0)
  }
  return { planned, skipped }
}

interface Standing extends Pick<DispatchInput, 'at' | 'holds' | 'works' | 'unfit' | 'pauses'> {
  readonly counts: Counts
  readonly taken: ReadonlySet<string>
}

const FIRST: Extract<Hold, { kind: 'free' }> = { kind: 'free', attempt: 1, before: null }

/** One turn: the first item of the queue that may go. Caps only fill, so what is passed is out. */
function takeNext(queue: Item[], now: Standing) {
  const skipped: Skipped[] = []
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    const obstacle = obstacleOf(item, now)
    const work = now.works.get(itemKey(item)) ?? null
    if (obstacle !== null) {
      skipped.push({ item, ...obstacle, work })
      continue
    }
    const why = roomOf(item, now.counts)
    now.counts.add(laneOf(item))
    const hold = now.holds.get(itemKey(item))
    const { attempt, before } = hold?.kind === 'free' ? hold : FIRST
    const lane = laneNameOf(item, attempt)
    return { planned: { item, lane, attempt, before, why, overlaps: [], work }, skipped }
  }
  return { planned: null, skipped }
}

function obstacleOf(
  item: Item,
  { at, counts, taken, holds, unfit, pauses }: Standing,
): Omit<Skipped, 'item' | 'work'> | null {
  const account = accountOf(item)
  const held = pauseOf(
    { lane: laneNameOf(item), goal: item.goal, account, model: item.model },
    pauses,
  )
  if (held) return { reason: 'paused', text: pauseText(held, at) }
  if (!item.ready) return { reason: 'not-ready', text: 'is not ready' }
  const key = itemKey(item)
  if (taken.has(key)) return { reason: 'held', text: 'planned already' }
  const hold = holds.get(key)
  if (hold?.kind === 'held') return { reason: 'held', text: hold.text }
  if (hold?.kind === 'stale') {
    const mend = `\`dockmaster dispatch unlock ${key}\` frees it`
    return { reason: 'stale', text: `${hold.text}; ${mend}` }
  }
  const lack = unfit.get(key)
  if (lack !== undefined) return { reason: 'brief', text: lack }
  const full = fullOf(counts.of(item))
  if (full === null) return null
  return { reason: full.reason, text: `${full.what} has ${full.used} of ${full.cap} lanes` }
}

/** Why it may go: its place in its goal, before it is counted. */
function roomOf(item: Item, counts: Counts): string {
  const goal = counts.of(item).find(({ reason }) => reason === 'goal-cap')
  const place = `lane ${(goal?.used ?? 0) + 1} of ${goal?.cap} of goal ${item.goal}`
  return item.priority === 0 ? place : `${place}, priority ${item.priority}`
}
