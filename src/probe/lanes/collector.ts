/**
 * The collector of lanes: finds their files, follows what grows, joins them with the process
 * table, judges each lane, and says what changed. A change of one file costs the reading of what
 * it grew by; time alone is judged again at each re-scan, without reading.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Collector, Look } from '../../../adapters/collector.ts'
import { failed, sawAll, sawSome } from '../../../adapters/collector.ts'
import { type RunCommand, runCommand } from '../../../adapters/command.ts'
import { expandHome } from '../../../adapters/glob.ts'
import type { LanesConfig } from '../../../state/config.ts'
import type { FactDraft, FactValue } from '../../../state/facts.ts'
import type { LogWindow } from '../../rpc/hub-api.ts'
import { besideLane, besideMemory } from './beside.ts'
import { evidenceDesk } from './evidence-desk.ts'
import type { Follower } from './follow.ts'
import {
  activeAtOf,
  holderOf,
  isJoinedStill,
  type Joined,
  joinLanes,
  type Lane,
  newestInDirectory,
  sessionOf,
} from './join.ts'
import { type Judged, judge, laneFact, placeOf } from './lane-fact.ts'
import { laneFiles } from './lane-files.ts'
import { type ProcessTable, readProcesses } from './processes.ts'
import { reachOf } from './reach.ts'
import { readWindow } from './window.ts'
import { newWriters } from './writers.ts'

export interface LanesDeps {
  now(): number
  home: string
  /** IANA zone of this machine: engines print local times. */
  zone: string
  periodMs?: number
  run?: RunCommand
}

export interface LanesCollector extends Collector {
  /** A window of a lane's log, or of its session file when it has no log. Rejects for others. */
  window(lane: string, from: number | null, max: number): Promise<LogWindow>
  /** The lanes as they were told last. */
  told(): readonly FactValue<'lane'>[]
}

/** Processes are looked at with each re-scan, and in between only when a writer came or ended. */
const PROCESS_GAP_MS = 1_000
/** A hint that names no file: there are lanes whose work or writer is still to be looked at. */
const MORE = ''
const NONE: ReadonlySet<string> = new Set()
/** Lanes that git is asked about in one look: a full one, and one after a change. */
const EVIDENCE_FULL = 16
const EVIDENCE_CHANGE = 4

export function lanesCollector(config: LanesConfig, deps: LanesDeps): LanesCollector {
  const { now, home, zone } = deps
  const files = laneFiles(config, home, now)
  const desk = evidenceDesk(deps.run ?? runCommand)
  const beside = besideMemory()
  const codexHomes = config.codexHomes.map(path => expandHome(path, home))
  let table: ProcessTable | null = null
  let lanes = new Map<string, Lane>()
  let byPath = new Map<string, Lane>()
  /** What the present join was made of: another table or number of files needs another. */
  let joinedOf: { table: ProcessTable | null; files: number } | null = null
  /** Lanes that are new to us and whose work is still to be looked at: they wait to be told. */
  const held = new Set<string>()
  const told = new Map<string, FactValue<'lane'>>()
  const writers = newWriters()
  let goOn: (() => void) | null = null

  async function find(): Promise<boolean> {
    const logged = [...lanes.values()].flatMap(lane => (lane.log ? (lane.threadId ?? []) : []))
    const threads = new Set([...logged, ...(table?.byLock.keys() ?? [])])
    return await files.find(threads)
  }

  /** Joins files and processes anew; `gone` are the facts of lanes that were there before. */
  function rejoin(): { joined: Joined; gone: FactDraft[] } {
    const joined = joinLanes(files.all(), table)
    const next = new Map(joined.lanes.map(lane => [lane.key, lane]))
    const gone = [...lanes.keys()]
      .filter(key => !next.has(key))
      .flatMap((key): FactDraft[] => [
        { kind: 'lane', key, at: now(), value: null },
        ...beside.next(key, [], now()),
      ])
    lanes = next
    writers.keep(lanes)
    byPath = new Map(
      joined.lanes.flatMap(lane =>
        [lane.log, lane.session].flatMap(file => (file ? [[file.path, lane] as const] : [])),
      ),
    )
    joinedOf = { table, files: files.count() }
    return { joined, gone }
  }

  /** The lanes that `changed` is of, when nothing needs to be joined anew; else null. */
  function grown(changed: ReadonlySet<string>): Lane[] | null {
    if (joinedOf?.table !== table || joinedOf.files !== files.count()) return null
    const touched = new Set<Lane>()
    for (const path of changed) {
      const lane = byPath.get(path)
      if (!lane || !isJoinedStill(lane, path)) return null
      touched.add(lane)
    }
    return [...touched]
  }

  function judgeAll(some: readonly Lane[]): Judged[] {
    // Asked only of transcripts that nobody logs: looking through all lanes is not for nothing.
    const isAsked = some.some(({ engine, log }) => engine === 'claude' && log === null)
    const newest = isAsked ? newestInDirectory([...lanes.values()]) : new Set<Lane>()
    const at = now()
    return some.map(lane => {
      const holder = holderOf(lane, {
        table,
        now: at,
        activeAt: activeAtOf(lane),
        cwd: sessionOf(lane)?.cwd ?? null,
        hasLockFile: lane.engine === 'codex' && hasLock(lane.threadId),
        newestHere: newest.has(lane),
      })
      if (table) writers.note(lane.key, holder, table.at)
      return judge(lane, holder, { now: at, zone }, endedAt => desk.of(lane.key, endedAt))
    })
  }

  /** Lanes that another look at the processes may judge otherwise. */
  const doubtful = (): ReadonlySet<string> => (table ? writers.doubtful(table.at) : NONE)

  const hasLock = (threadId: string | null): boolean =>
    threadId !== null &&
    /^[\w-]+$/.test(threadId) &&
    codexHomes.some(path => existsSync(join(path, 'thread-writer-locks', `${threadId}.lock`)))

  /** Judges, looks for evidence of what has ended, and judges those again. */
  async function factsOf(some: readonly Lane[], most: number): Promise<FactDraft[]> {
    const first = judgeAll(some)
    const places = first.flatMap(judged => {
      const place = placeOf(judged)
      return place ? [{ key: judged.lane.key, place }] : []
    })
    const looked = new Set(await desk.look(places, now(), most))
    const again = judgeAll(some.filter(lane => looked.has(lane.key)))
    const byKey = new Map([...first, ...again].map(judged => [judged.lane.key, judged]))
    for (const { key, place } of places) {
      if (told.has(key) || desk.hasLooked(key, place.endedAt)) held.delete(key)
      else held.add(key)
    }
    if (held.size > 0) goOn?.()
    const ready = [...byKey.values()].filter(({ lane }) => !held.has(lane.key))
    return ready.flatMap((judged): FactDraft[] => {
      const { key } = judged.lane
      const at = now()
      const seen = desk.seen(key, judged.endedAt ?? 0)
      const value = laneFact(judged, seen, reachOf)
      told.set(key, value)
      const more = seen === null ? [] : besideLane({ key, name: value.name }, seen, at)
      return [{ kind: 'lane', key, at, value }, ...beside.next(key, more, at)]
    })
  }

  async function lookAtAll(signal: AbortSignal): Promise<Look> {
    table = await readProcesses(now())
    files.renew()
    const anywhere = await find()
    await files.read(null, signal)
    const { joined } = rejoin()
    desk.keep(new Set(lanes.keys()))
    for (const key of held) if (!lanes.has(key)) held.delete(key)
    for (const key of told.keys()) if (!lanes.has(key)) told.delete(key)
    if (!anywhere && files.count() === 0) return nothingHere(config)
    const notes = [...files.notes(), ...unreadNote(joined.unread)]
    const look = sawAll(await factsOf(joined.lanes, EVIDENCE_FULL))
    return { ...look, message: notes.length > 0 ? notes.join('; ') : null }
  }

  async function lookAt(hints: ReadonlySet<string>, signal: AbortSignal): Promise<Look> {
    const isNew = files.strange(hints).length > 0
    if (isNew) await find()
    const changed = await files.read(hints, signal)
    const doubts = doubtful()
    const isDue = now() - (table?.at ?? 0) >= PROCESS_GAP_MS
    if (isDue && (isNew || doubts.size > 0)) table = await readProcesses(now())
    const same = held.size === 0 ? grown(changed) : null
    if (same) return sawSome(await factsOf(same, EVIDENCE_CHANGE))
    const { joined, gone } = rejoin()
    const touched = joined.lanes.filter(
      ({ key, log, session }) =>
        held.has(key) ||
        doubts.has(key) ||
        changed.has(log?.path ?? '') ||
        changed.has(session?.path ?? ''),
    )
    const most = held.size > 0 ? EVIDENCE_FULL : EVIDENCE_CHANGE
    return sawSome([...gone, ...(await factsOf(touched, most))])
  }

  return {
    name: 'lanes',
    periodMs: deps.periodMs ?? 15_000,
    watch: (poke, signal) => {
      goOn = () => poke(MORE)
      files.watch(poke, signal)
      const asking = setInterval(() => {
        if (doubtful().size > 0) poke(MORE)
      }, PROCESS_GAP_MS)
      signal.addEventListener('abort', () => clearInterval(asking))
    },
    told: () => [...told.values()],
    look: async (hints, signal) => await (hints ? lookAt(hints, signal) : lookAtAll(signal)),
    window: async (key, from, max) => {
      const lane = lanes.get(key)
      const path = (lane?.log ?? lane?.session)?.path
      if (!path) throw new Error(`there is no lane ${key} with a log`)
      return await readWindow(path, from, max)
    },
  }
}

function unreadNote([first, ...rest]: readonly Follower[]): string[] {
  if (!first) return []
  const more = rest.length > 0 ? ` and of ${rest.length} more files` : ''
  return [`no line of ${first.path}${more} is of Codex or Claude`]
}

function nothingHere({ logs, codexHomes, claudeHomes }: LanesConfig): Look {
  const places = [...logs, ...codexHomes, ...claudeHomes].join(', ')
  return failed(
    'absent',
    `no agent has run here: there is none of ${places || 'nothing, for none is configured'}`,
    'name the logs of your agents under lanes.logs in the config',
  )
}
