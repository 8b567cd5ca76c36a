/** Plans a dispatch from what the hub and the host know. Nothing is started. */
import type { DispatchConfig } from '../../state/config.ts'
import { type DispatchPlan, type Planned, standing } from '../../state/dispatch.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { worldOf } from '../../state/reduce.ts'
import type { World } from '../../state/world.ts'
import { type HostView, itemsOf, lookAt } from '../engine/dispatch/look.ts'
import { planDispatch } from '../engine/dispatch/plan.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { FactStore } from './fact-store.ts'
import type { ProbeSession } from './probe-session.ts'

/** The turn is that of the goal after the newest intent for one: it is looked for in so many. */
const INTENTS = 1_000

export interface PlanDeps {
  config: DispatchConfig
  /** Where launched lanes keep their logs; the locks stand below. */
  logs: string
  facts: Pick<FactStore, 'all'>
  journal: Journal
  ask: ProbeSession['request']
  /** What of the canon was edited since its lock. Throws RpcFault. */
  unlocked(): Promise<string[]>
  now(): number
}

export interface Asked {
  /** Why a person plans over the gates. */
  override: string | null
  /** Lanes that were launched a moment ago: their facts may still be on the way. */
  begun: readonly Planned[]
}

export function planNow(
  { config, facts, journal, now }: PlanDeps,
  host: HostView | null,
  { override, begun }: Asked,
): DispatchPlan {
  const plan = planDispatch(
    lookAt({
      world: worldOf(facts.all()),
      config,
      open: journal.unsettled('intent'),
      intents: journal.list({ kinds: ['intent'], limit: INTENTS }),
      host,
      begun,
      override,
      now: now(),
    }),
  )
  // Nothing to override, or nothing that gives way: then nobody plans over anything.
  const isOver = plan.refusals.length > 0 && standing(plan).length === 0
  return isOver ? plan : { ...plan, override: null }
}

/** Locks, launched lanes and briefs, in one question; null when the host cannot be asked. */
export async function askHost(deps: PlanDeps): Promise<HostView | null> {
  const world: World = worldOf(deps.facts.all())
  const named = itemsOf(world, deps.config).flatMap(({ brief }) => brief ?? [])
  const briefs = [...new Set(named)]
  try {
    const seen = await deps.ask('dispatch.look', { logs: deps.logs, briefs })
    return {
      locks: seen.locks.map(({ record, ageMs, freed }) => ({
        ...record,
        ageMs,
        isFreed: freed !== null,
      })),
      launched: seen.launched,
      edits: await deps.unlocked(),
      problems: new Map(briefs.map((path, at) => [path, seen.problems[at] ?? []])),
      named: new Map(briefs.map((path, at) => [path, seen.named[at] ?? []])),
    }
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error
    return null
  }
}
