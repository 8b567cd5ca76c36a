/** Dispatch: the plan, its run item by item with the gates looked at before each, and its locks. */
import { type Answerer, authorOf, processOf } from '../../state/answerer.ts'
import { type DispatchPlan, type Planned, standing } from '../../state/dispatch.ts'
import { itemKey } from '../../state/item.ts'
import { judgeOverride } from '../policy/override.ts'
import type { Dispatched } from '../rpc/dispatch-api.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import { type OverlapDeps, withOverlaps } from './dispatch-overlap.ts'
import { askHost, type PlanDeps, planNow } from './dispatch-plan.ts'
import { unlockItem } from './dispatch-unlock.ts'

export interface DispatchDeps extends PlanDeps, OverlapDeps {
  /** Gives one item its lane, in its turn among all acts on lanes. */
  launch(planned: Planned, author: string): Promise<LaneActed>
}

type Override = HubParams<'dispatch.plan'>['override']
type Result = HubResult<'dispatch.run'>
export type RunWish = Omit<HubParams<'dispatch.run'>, 'id'>

export interface Dispatcher {
  /** Throws JournalFault: an override that is not on record is none. */
  plan(override: Override): Promise<DispatchPlan>
  /** Ends after the item in hand once `signal` aborts. */
  run(wish: RunWish, told: (item: Dispatched) => void, signal: AbortSignal): Promise<Result>
  unlock(asked: HubParams<'dispatch.unlock'>): Promise<HubResult<'dispatch.unlock'>>
  /** Runs under way. */
  readonly running: number
}

export function newDispatcher(deps: DispatchDeps): Dispatcher {
  let running = 0

  const run: Dispatcher['run'] = async ({ limit, only, override, by }, told, signal) => {
    const host = await askHost(deps)
    const plan = planNow(deps, host, { override: override?.reason ?? null, begun: [] })
    const items: Dispatched[] = []
    const begun: Planned[] = []
    const ended = (stopped: string | null): Result => ({ plan, items, stopped })
    const refusal = (override && judgeOverride(by)) ?? standing(plan)[0]?.text ?? null
    if (refusal !== null) return ended(refusal)
    noteOverride(deps, plan, { by, verb: 'dispatches' })
    const wanted = plan.planned.filter(({ lane }) => only?.includes(lane) ?? true)
    for (const planned of wanted.slice(0, limit ?? undefined)) {
      if (signal.aborted) return ended('whoever asked for it has gone')
      const now = planNow(deps, host, { override: plan.override, begun })
      const gate = newGate(plan, now)
      if (gate !== null) return ended(gate)
      const obstacle = obstacleTo(planned, now)
      const acted: LaneActed =
        obstacle === null
          ? await deps.launch(planned, processOf(by))
          : { kind: 'refused', problems: [obstacle] }
      if (acted.kind === 'running' || acted.kind === 'already') begun.push(planned)
      const { goal, id } = planned.item
      const item = { goal, id, lane: planned.lane, acted }
      items.push(item)
      told(item)
      if (acted.kind === 'unknown' || acted.kind === 'unreachable') return ended(acted.message)
    }
    return ended(null)
  }

  return {
    plan: async override => {
      const asked = { override: override?.reason ?? null, begun: [] }
      const host = await askHost(deps)
      const plan = await withOverlaps(deps, host, planNow(deps, host, asked))
      if (override) noteOverride(deps, plan, { by: override.by, verb: 'plans' })
      return plan
    },
    run: async (...asked) => {
      running += 1
      try {
        return await run(...asked)
      } finally {
        running -= 1
      }
    },
    unlock: asked => unlockItem(deps, asked),
    get running() {
      return running
    },
  }
}

/** What refuses now and did not when the person said yes: an override is of what was shown. */
function newGate(then: DispatchPlan, now: DispatchPlan): string | null {
  const shown = new Set(then.refusals.map(({ gate }) => gate))
  const [refusal] = [...standing(now), ...now.refusals.filter(({ gate }) => !shown.has(gate))]
  return refusal?.text ?? null
}

/** What has come between since the plan was made. */
function obstacleTo({ item, lane }: Planned, now: DispatchPlan): string | null {
  const key = itemKey(item)
  const isPlanned = now.planned.some(each => itemKey(each.item) === key && each.lane === lane)
  if (isPlanned) return null
  const skipped = now.skipped.find(each => itemKey(each.item) === key)
  return skipped?.text ?? 'it is not planned any more'
}

function noteOverride(
  { journal, now }: PlanDeps,
  { refusals, planned, override: reason }: DispatchPlan,
  { by, verb }: { by: Answerer; verb: 'plans' | 'dispatches' },
): void {
  if (reason === null) return
  journal.append({
    at: now(),
    kind: 'note',
    author: authorOf(by),
    subject: 'dispatch',
    text: `${verb} over the gates: ${reason}`,
    data: { act: 'dispatch.override', gates: refusals, lanes: planned.length, reason, by },
  })
}
