/** What the planner needs, out of the facts, the config and the journal. Pure. */
import type { DispatchConfig } from '../../../state/config.ts'
import type { Planned, Refusal } from '../../../state/dispatch.ts'
import type { HostFact, Instant, LaneFact } from '../../../state/facts.ts'
import { accountOf, type Item, itemKey, workOfLane } from '../../../state/item.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { pauseText } from '../../../state/pause.ts'
import { hostOf } from '../../../state/reduce.ts'
import type { PauseFact } from '../../../state/rule-facts.ts'
import { type ItemWork, workOf as shippedWorkOf } from '../../../state/shipped.ts'
import { absentSources, isAbsent, staleOf, stalePane, wasLookedAt } from '../../../state/stale.ts'
import type { World } from '../../../state/world.ts'
import { judgeGates, type Measured } from '../../policy/dispatch-gate.ts'
import { type LiveLane, laneOf } from './caps.ts'
import { type Hold, holdOf, type Lock } from './locks.ts'
import type { DispatchInput } from './plan.ts'

export interface DispatchView {
  readonly world: World
  readonly config: DispatchConfig
  /** Intents without an outcome. */
  readonly open: readonly JournalRow[]
  /** The newest intents, in order. */
  readonly intents: readonly JournalRow[]
  /** What the host says of locks, launched lanes and briefs; null while it cannot be asked. */
  readonly host: HostView | null
  /** Launched a moment ago: facts of their lanes may still be on the way. */
  readonly begun: readonly Pick<Planned, 'item' | 'lane'>[]
  readonly override: string | null
  readonly now: Instant
}

export interface HostView {
  /** The newest lock of an item. */
  readonly locks: readonly (Lock & { readonly goal: string; readonly id: string })[]
  /** Names of lanes that have the record of a run. */
  readonly launched: readonly string[]
  /** What of the canon was edited since its lock. */
  readonly edits: readonly string[]
  /** Path of a brief → what is wrong with it. */
  readonly problems: ReadonlyMap<string, readonly string[]>
  /** Path of a brief → files that it names. */
  readonly named: ReadonlyMap<string, readonly string[]>
}

export function lookAt({
  world,
  config,
  open,
  intents,
  host,
  begun,
  override,
  now,
}: DispatchView): DispatchInput {
  const items = itemsOf(world, config)
  const pauses = [...world.pause.values()].map(({ value }) => value)
  const lanes = [...world.lane.values()].map(({ value }) => value)
  const byKey = new Map(items.map(item => [itemKey(item), item]))
  const work = (fact: LaneFact) => workOf(fact, byKey)
  const account = (fact: LaneFact) =>
    accountOf(byKey.get(keyOf(work(fact))) ?? { account: null, ...fact })
  const goals = new Set([...config.goals.map(({ name }) => name), ...items.map(({ goal }) => goal)])

  const seen = lanes.filter(isLive).map((fact): LiveLane => {
    const goal = work(fact)?.goal ?? null
    return {
      goal: goal !== null && goals.has(goal) ? goal : null,
      model: fact.model,
      account: account(fact),
    }
  })
  const known = new Set(lanes.map(({ name }) => name))
  const unseen = begun.filter(({ lane }) => !known.has(lane))
  const living = [...seen, ...unseen.map(({ item }) => laneOf(item))]
  const just: Hold = { kind: 'held', text: 'its lane was launched just now' }
  const launched = unseen.map(({ item }) => [itemKey(item), just] as const)
  const lastGoal = intents
    .filter(({ data }) => !NO_TURN.has(data['act']))
    .findLast(({ subject }) => goals.has(workOfLane(subject)?.goal ?? ''))
  return {
    at: now,
    items,
    limits: config,
    holds: new Map([
      ...holdsOf(items, lanesByItem(lanes, work), host),
      ...openOf(open, byKey),
      ...launched,
    ]),
    works: worksOf(world, items, lanesByItem(lanes, work)),
    unfit: unfitOf(items, host),
    living,
    pauses,
    lastGoal: lastGoal ? (workOfLane(lastGoal.subject)?.goal ?? null) : null,
    refusals: [
      ...blindness(world, config, host),
      ...(host?.edits ?? []).map(canonGate),
      ...pauses.filter(({ target }) => target.kind === 'dispatch').map(each => stopped(each, now)),
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

/** Acts on a lane that give its goal no turn. */
const NO_TURN: ReadonlySet<unknown> = new Set(['lane.stop', 'lane.check'])

/** The config's items, and those of the file that it does not name. */
export function itemsOf(world: World, { items }: DispatchConfig): Item[] {
  const own = new Map(items.toReversed().map(item => [itemKey(item), item]))
  const others = [...world.item.values()].map(({ value }) => value)
  return [...own.values(), ...others.filter(item => !own.has(itemKey(item)))]
}

type Work = ReturnType<typeof workOfLane>

const keyOf = (work: Work): string => (work === null ? '' : itemKey(work))

/** A lane has a worktree called as it is; runs that resume it add their number to its name. */
function workOf({ name, cwd }: LaneFact, known: ReadonlyMap<string, Item>): Work {
  const tree = workOfLane(cwd?.split('/').findLast(part => part !== '') ?? '')
  return known.has(keyOf(tree)) ? tree : workOfLane(name.replace(/\.\d+$/, ''))
}

const isLive = ({ status }: LaneFact): boolean => status !== 'ended'

type ByItem = ReadonlyMap<string, readonly { attempt: number; fact: LaneFact }[]>

const lanesByItem = (lanes: readonly LaneFact[], work: (fact: LaneFact) => Work): ByItem =>
  Map.groupBy(
    lanes.flatMap(fact => {
      const its = work(fact)
      return its ? [{ key: itemKey(its), attempt: its.attempt, fact }] : []
    }),
    ({ key }) => key,
  )

/** What the lanes of each item left, by the latest attempt. */
const worksOf = (world: World, items: readonly Item[], seen: ByItem): Map<string, ItemWork> =>
  new Map(
    items.map(itemKey).flatMap(key => {
      const attempts = (seen.get(key) ?? []).toSorted((a, b) => a.attempt - b.attempt)
      const found = shippedWorkOf(
        world,
        attempts.map(({ fact }) => fact),
      )
      return found === null ? [] : [[key, found] as const]
    }),
  )

/** What holds each item, or which attempt it is free for. */
function holdsOf(items: readonly Item[], seen: ByItem, host: HostView | null): Map<string, Hold> {
  const launched = Map.groupBy(
    (host?.launched ?? []).flatMap(name => workOfLane(name) ?? []),
    itemKey,
  )
  const locks = new Map((host?.locks ?? []).map(lock => [itemKey(lock), lock]))
  return new Map(
    items.map(itemKey).map(key => [
      key,
      holdOf({
        lock: locks.get(key) ?? null,
        launched: (launched.get(key) ?? []).map(({ attempt }) => attempt),
        lanes: seen.get(key) ?? [],
      }),
    ]),
  )
}

/** An act that may be under way, or was cut and is not looked into yet. */
const openOf = (
  open: readonly JournalRow[],
  known: ReadonlyMap<string, Item>,
): (readonly [string, Hold])[] =>
  open.flatMap(({ seq, subject }) => {
    const key = keyOf(workOfLane(subject))
    const text = `its intent #${seq} has no outcome yet`
    return known.has(key) ? [[key, { kind: 'held', text }] as const] : []
  })

/** A lane is launched on a brief only: without a whole one its item is passed over. */
function unfitOf(items: readonly Item[], host: HostView | null): Map<string, string> {
  return new Map(
    items.flatMap(item => {
      const problems =
        item.brief === null ? ['names no brief'] : (host?.problems.get(item.brief) ?? [])
      return problems.length === 0 ? [] : [[itemKey(item), problems.join('; ')] as const]
    }),
  )
}

const canonGate = (text: string): Refusal => ({ gate: 'canon', text, figure: null, limit: null })

const stopped = (pause: PauseFact, now: Instant): Refusal => ({
  gate: 'pause',
  text: pauseText(pause, now),
  figure: null,
  limit: null,
})

const sight = (text: string): Refusal => ({ gate: 'sight', text, figure: null, limit: null })

/** Without lanes and items in sight, locks and caps would be guessed. */
function blindness(world: World, { file }: DispatchConfig, host: HostView | null): Refusal[] {
  const stale = stalePane(world, 'lanes')
  if (stale) return [sight(`the lanes cannot be seen: ${stale.reason}`)]
  if (!wasLookedAt(world, 'lanes')) return [sight('the lanes were not looked at yet')]
  if (host === null) return [sight('the host cannot be asked for locks and briefs')]
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
