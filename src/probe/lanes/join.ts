/**
 * Joins files and processes to lanes. A lane is one thread: its key is the thread id, and all
 * files of that thread are one lane, so a resumed run, or a log beside its session file, never
 * shows twice. A log that has not told its thread yet is keyed by its path; within the look that
 * learns the id, the path's key goes and the thread's comes.
 */
import { basename, dirname } from 'node:path'
import type { LaneLog } from '../../../adapters/lane-log.ts'
import type { Engine } from '../../../state/words.ts'
import type { Follower } from './follow.ts'
import type { Process, ProcessTable } from './processes.ts'
import { threadInName } from './thread-id.ts'

export interface Lane {
  key: string
  engine: Engine
  threadId: string | null
  /** The newest log, and the active session file. */
  log: Follower | null
  session: Follower | null
}

export interface Joined {
  lanes: Lane[]
  /** Logs whose lines are of no engine that we know. */
  unread: Follower[]
}

export function joinLanes(files: Iterable<Follower>, table: ProcessTable | null): Joined {
  const lanes = new Map<string, Lane>()
  const unread: Follower[] = []
  for (const file of files) {
    const { format, log } = file.reading
    const isSession = format?.source === 'session'
    // An empty log says nothing; who writes it may.
    const engine = format?.engine ?? table?.byFile.get(file.realPath)?.engine ?? null
    if (!engine) {
      if (file.size > 0) unread.push(file)
      continue
    }
    const threadId = log.threadId ?? (isSession ? threadInName(file.path) : null)
    const key = threadId ?? file.path
    const lane = lanes.get(key) ?? { key, engine, threadId, log: null, session: null }
    lanes.set(
      key,
      isSession
        ? { ...lane, session: newer(lane.session, file) }
        : { ...lane, log: newer(lane.log, file) },
    )
  }
  return { lanes: [...lanes.values()], unread }
}

/**
 * Whether a lane's file that grew is joined as before: then the growth of one lane costs nothing
 * for all the others.
 */
export function isJoinedStill(lane: Lane, path: string): boolean {
  const file = [lane.log, lane.session].find(each => each?.path === path)
  if (!file) return false
  const { format, log } = file.reading
  const threadId = log.threadId ?? (file === lane.session ? threadInName(path) : null)
  const isSession = format?.source === 'session'
  const engine = format?.engine ?? lane.engine
  return (
    threadId === lane.threadId && engine === lane.engine && isSession === (file === lane.session)
  )
}

const newer = (a: Follower | null, b: Follower): Follower =>
  a && a.modifiedAt >= b.modifiedAt ? a : b

export const logOf = (lane: Lane): LaneLog | null => lane.log?.reading.log ?? null
export const sessionOf = (lane: Lane): LaneLog | null => lane.session?.reading.log ?? null

/** What the process table says about a lane's writer. */
export type Holder =
  | { held: true; why: string; process: Process | null }
  | { held: false; why: string; process: null }

export interface HolderContext {
  table: ProcessTable | null
  now: number
  activeAt: number
  cwd: string | null
  /** Whether the thread's writer lock file exists. */
  hasLockFile: boolean
  /** Whether no other session of its engine in its directory is newer. */
  newestHere: boolean
}

const held = (process: Process, how: string): Holder => ({
  held: true,
  why: `process ${process.pid} ${how}`,
  process,
})

/** Where there is no process table, a run that wrote this lately is taken to be alive. */
const GUESS_MS = 310_000

export function holderOf(lane: Lane, context: HolderContext): Holder {
  const { table, now, activeAt, hasLockFile } = context
  if (!table) {
    const why = 'there is no process table here: judged by its growth'
    return now - activeAt < GUESS_MS
      ? { held: true, why, process: null }
      : { held: false, why, process: null }
  }
  const locker = table.byLock.get(lane.threadId ?? '')
  if (locker) return held(locker, 'holds its writer lock')
  const writer = [lane.log, lane.session]
    .map(file => table.byFile.get(file?.realPath ?? ''))
    .find(process => process !== undefined)
  if (activeAt > table.at && !(writer?.engine === lane.engine && !hasLockFile)) {
    return { held: true, why: 'it wrote after the last look at the processes', process: null }
  }
  // The lock is the engine's own word: whoever else has the log open is a wrapper or an orphan.
  if (hasLockFile) return { held: false, why: 'its writer lock is free', process: null }
  if (writer) return held(writer, 'has its file open')
  const agent = table.agents.find(each => isOf(each, lane, context))
  if (agent) return held(agent, 'is its agent')
  return { held: false, why: 'no process has its files open', process: null }
}

/**
 * An agent that names the session on its command line, or, for Claude, which keeps its transcript
 * closed between writes, one that was there in the lane's directory when it was last written.
 */
function isOf(process: Process, lane: Lane, { cwd, newestHere, activeAt }: HolderContext): boolean {
  if (process.engine !== lane.engine) return false
  if (lane.threadId && process.argv.includes(lane.threadId)) return true
  if (lane.engine !== 'claude' || lane.log !== null || !newestHere) return false
  return cwd !== null && cwd === process.cwd && activeAt >= process.startedAt
}

/** The lanes that are the newest session of their engine in their directory. */
export function newestInDirectory(lanes: readonly Lane[]): ReadonlySet<Lane> {
  const newest = new Map<string, Lane>()
  for (const lane of lanes) {
    const cwd = sessionOf(lane)?.cwd
    if (!cwd) continue
    const place = `${lane.engine} ${cwd}`
    const other = newest.get(place)
    if (activeAtOf(lane) >= (other ? activeAtOf(other) : 0)) newest.set(place, lane)
  }
  return new Set(newest.values())
}

/** Last growth of either file. */
export const activeAtOf = (lane: Lane): number =>
  Math.max(lane.log?.modifiedAt ?? 0, lane.session?.modifiedAt ?? 0)

const NAMELESS = /^(?:log|logs|out|output|stdout|events|run|codex|claude|stream|session)$/i

/** What a person calls the lane: its log's name, or its directory's. */
export function nameOf(lane: Lane, cwd: string | null): string {
  const log = lane.log?.path
  if (log) {
    const own = basename(log).replace(/\.[a-z]+$/i, '')
    return NAMELESS.test(own) ? basename(dirname(log)) || own : own
  }
  return (cwd && basename(cwd)) || (lane.threadId ?? lane.key).slice(0, 8)
}
