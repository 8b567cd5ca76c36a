/** What the planner needs, out of the facts, the config and the journal. Pure. */
import type { DispatchConfig } from '../../../state/config.ts'
import type { Refusal } from '../../../state/dispatch.ts'
import type { HostFact, Instant, LaneFact } from '../../../state/facts.ts'
import { moment } from '../../../state/format.ts'
import { accountOf, goalOfLane, type Item, itemKey, laneNameOf } from '../../../state/item.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { hostOf, type World } from '../../../state/reduce.ts'
import { absentSources, isAbsent, staleOf, stalePane, wasLookedAt } from '../../../state/stale.ts'
import type { LaneResult } from '../../../state/words.ts'
import { judgeGates, type Measured } from '../../policy/dispatch-gate.ts'
import type { LiveLane } from './caps.ts'
import type { DispatchInput } from './plan.ts'

export interface DispatchView {
  readonly world: World
  readonly config: DispatchConfig
  /** Intents without an outcome. */
  readonly open: readonly JournalRow[]
  /** The newest intents, in order. */
  readonly intents: readonly JournalRow[]
  readonly override: string | null
  readonly now: Instant
}

export function lookAt({
  world,
  config,
  open,
  intents,
  override,
  now,
}: DispatchView): DispatchInput {
  const items = itemsOf(world, config)
  const lanes = [...world.lane.values()].map(({ value }) => value)
  const byLane = new Map(items.map(item => [laneNameOf(item), item]))
  const lane = (fact: LaneFact) => nameOf(fact, byLane)
  const itemFor = (fact: LaneFact) => byLane.get(lane(fact))
  const account = (fact: LaneFact) => accountOf(itemFor(fact) ?? { account: null, ...fact })
  const goals = new Set([...config.goals.map(({ name }) => name), ...items.map(({ goal }) => goal)])

  const living = lanes.filter(isLive).map((fact): LiveLane => {
    const goal = goalOfLane(lane(fact))
    return {
      goal: goal !== null && goals.has(goal) ? goal : null,
      model: fact.model,
      account: account(fact),
    }
  })
  const locks = new Map<string, string>()
  for (const intent of open) {
    const item = byLane.get(intent.subject)
    if (item) locks.set(itemKey(item), `its intent #${intent.seq} has no outcome yet`)
  }
  for (const fact of lanes) {
    const item = itemFor(fact)
    const holds = item && holdOf(fact)
    if (holds) locks.set(itemKey(item), holds)
  }
  const paused = new Map(
    lanes.flatMap(fact =>
      waits(fact, now) ? [[account(fact), until(fact.resetAt, now)] as const] : [],
    ),
  )
  const lastGoal = intents.findLast(
    ({ subject, data }) => data['act'] !== 'lane.stop' && goals.has(goalOfLane(subject) ?? ''),
  )
  return {
    at: now,
    items,
    limits: config,
    locks,
    living,
    paused,
    lastGoal: lastGoal ? goalOfLane(lastGoal.subject) : null,
    refusals: [
      ...blindness(world, config),
      ...judgeGates(
        {
          openPrs: openPrs(world),
          inReview: lanes.filter(({ result }) => result === 'in-review').length,
          host: pressureOf(world),
        },
        config,
      ),
    ],
    override,
    notes: notesOf(world, config),
  }
}

/** The config's items, and those of the file that it does not name. */
function itemsOf(world: World, { items }: DispatchConfig): Item[] {
  const own = new Map(items.toReversed().map(item => [itemKey(item), item]))
  const others = [...world.item.values()].map(({ value }) => value)
  return [...own.values(), ...others.filter(item => !own.has(itemKey(item)))]
}

/** A lane has a worktree called as it is; runs that resume it add their number to its name. */
function nameOf({ name, cwd }: LaneFact, known: ReadonlyMap<string, Item>): string {
  const tree = cwd?.split('/').findLast(part => part !== '') ?? name
  return known.has(tree) ? tree : name.replace(/\.\d+$/, '')
}

const isLive = ({ status }: LaneFact): boolean => status !== 'ended'

/** Work that exists and is not thrown away: a second lane would do it again. */
const HOLDS: Readonly<Partial<Record<LaneResult, string>>> = {
  claimed: 'claims to be done: look at its lane first',
  local: 'has commits that are not pushed',
  pushed: 'is pushed',
  'in-review': 'is in review',
  queued: 'is in the merge queue',
  landed: 'has landed',
}

const holdOf = ({ name, status, result }: LaneFact): string | null =>
  status === 'ended' ? (HOLDS[result] ?? null) : `its lane ${name} is ${status}`

/** A limit that has no known end is waited for as long as its lane says so. */
const waits = ({ status, resetAt }: LaneFact, now: Instant): boolean =>
  status === 'quota' && (resetAt === null || resetAt > now)

const until = (resetAt: Instant | null, now: Instant): string =>
  resetAt === null ? 'for a limit that has no known end' : `until ${moment(resetAt, now)}`

const sight = (text: string): Refusal => ({ gate: 'sight', text, figure: null, limit: null })

/** Without lanes and items in sight, locks and caps would be guessed. */
function blindness(world: World, { file }: DispatchConfig): Refusal[] {
  const stale = stalePane(world, 'lanes')
  if (stale) return [sight(`the lanes cannot be seen: ${stale.reason}`)]
  if (!wasLookedAt(world, 'lanes')) return [sight('the lanes were not looked at yet')]
  const items = world.source.get('items')?.value
  if (file === undefined || items?.state === 'ok') return []
  return [sight(`${file} cannot be seen: ${items?.message ?? 'it was not looked at yet'}`)]
}

/** Null where no repository is watched at all. */
function openPrs(world: World): Measured<number> {
  if (isAbsent(world, 'queue')) return null
  if (!wasLookedAt(world, 'queue')) return { kind: 'unknown', reason: 'it was not looked at yet' }
  const stale = stalePane(world, 'queue')
  return stale ? { kind: 'unknown', reason: stale.reason } : { kind: 'known', value: world.pr.size }
}

function pressureOf(world: World): Measured<HostFact> {
  const host = hostOf(world)
  if (!host) return { kind: 'unknown', reason: 'it was not measured yet' }
  const stale = staleOf(world, host)
  return stale ? { kind: 'unknown', reason: stale.reason } : { kind: 'known', value: host.value }
}

function notesOf(world: World, { file }: DispatchConfig): string[] {
  const items = file === undefined ? undefined : world.source.get('items')?.value
  const [dock] = openPrs(world) === null ? absentSources(world, 'queue') : []
  return [
    ...(items?.state === 'ok' && items.message ? [items.message] : []),
    ...(dock ? [`open PRs are not counted: ${dock.message ?? dock.state}`] : []),
  ]
}
