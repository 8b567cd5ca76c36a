/**
 * The contract of a lane's files: whatever engine wrote them, its log (what it printed) and its
 * session file come to the same reduction, line by line, in memory that does not grow.
 */
import type { Instant } from '../state/facts.ts'
import type { Engine } from '../state/words.ts'
import { clip, type JsonObject, parseObject } from './foreign.ts'
import type { Line } from './line-splitter.ts'

/** How far the latest turn came. `at` is null where the format has no times. */
export type Turn =
  | { kind: 'none' }
  | { kind: 'running'; since: Instant | null }
  | { kind: 'completed'; at: Instant | null }
  /** `cause` is the engine's machine word; null when the file has prose only. */
  | { kind: 'failed'; at: Instant | null; cause: string | null; message: string }
  | { kind: 'interrupted'; at: Instant | null; cause: string }

/** A command, file change or tool call that has begun and not ended. */
export interface OpenWork {
  id: string
  text: string
}

export interface LaneLog {
  threadId: string | null
  model: string | null
  cwd: string | null
  /** Commit that was checked out when the session began. */
  baseSha: string | null
  /** Report file that the brief names. */
  report: string | null
  /** First and latest time written in the file. */
  startedAt: Instant | null
  activeAt: Instant | null
  turn: Turn
  /** Set while the latest line says that the engine waits for its provider. */
  waiting: { message: string; cause: string | null } | null
  open: readonly OpenWork[]
  /** Whether any command or file change has begun in this thread. */
  worked: boolean
  lastCommand: string | null
  /** Exit of the last command that ended; null too when its end was not told. */
  lastExit: number | null
  lastMessage: string | null
  /** In and out over the whole thread. */
  tokens: number | null
  /** The message whose tokens were counted last, where several lines repeat one count. */
  counted: { id: string; tokens: number } | null
  /** What it says to bypass, in our words; null where it says nothing of it. */
  bypass: readonly string[] | null
  /** When a limit lifts, where the file says so in a field of its own. */
  resetAt: Instant | null
  lines: number
  /** Lines that could not be read, by reason. */
  skipped: Readonly<Record<string, number>>
  /** Lines that could be read and are of no type that we know, by type. */
  unknown: Readonly<Record<string, number>>
  /** Bytes in the middle that were passed over because the file was too large for one look. */
  passedOver: number
}

/** A line that changes nothing: of a type that we do not know, or not of the shape of its type. */
export interface Unread {
  unread: 'unknown' | 'malformed'
  name: string
}
export const unknown = (name: string): Unread => ({ unread: 'unknown', name })
export const malformed = (name: string): Unread => ({ unread: 'malformed', name })

/** One kind of file of one engine. */
export interface LaneFormat {
  engine: Engine
  /** What the engine printed, or the session file that it keeps. */
  source: 'log' | 'session'
  /** Whether a line can only be of this kind. */
  knows(event: JsonObject): boolean
  step(log: LaneLog, event: JsonObject): LaneLog | Unread
}

/** A file as far as it was read; `format` is null until a line gives it away. */
export interface LaneReading {
  format: LaneFormat | null
  log: LaneLog
}

export const EMPTY_LOG: LaneLog = {
  threadId: null,
  model: null,
  cwd: null,
  baseSha: null,
  report: null,
  startedAt: null,
  activeAt: null,
  turn: { kind: 'none' },
  waiting: null,
  open: [],
  worked: false,
  lastCommand: null,
  lastExit: null,
  lastMessage: null,
  tokens: null,
  counted: null,
  bypass: null,
  resetAt: null,
  lines: 0,
  skipped: {},
  unknown: {},
  passedOver: 0,
}
export const NOTHING_READ: LaneReading = { format: null, log: EMPTY_LOG }

const COMMAND_CHARS = 1_000
const MESSAGE_CHARS = 2_000
const OPEN_LIMIT = 64
const NAMES_LIMIT = 16
const NAME_CHARS = 40

/** Reads one line. Never throws: what cannot be read is counted. */
export function readLine(
  { format, log }: LaneReading,
  line: Line,
  formats: readonly LaneFormat[],
): LaneReading {
  if (line.kind === 'long') return { format, log: afterLong(log, line) }
  if (line.text.trim() === '') return { format, log }
  const event = parseObject(line.text)
  if (!event) return { format, log: skip(log, 'not a JSON object') }
  const known = format ?? formats.find(each => each.knows(event)) ?? null
  if (!known) return { format, log: skip(log, 'of no known format') }
  const next = known.step(log, event)
  if (!('unread' in next)) return { format: known, log: { ...next, lines: log.lines + 1 } }
  if (next.unread === 'malformed')
    return { format: known, log: skip(log, `malformed ${next.name}`) }
  const counted = count(log.unknown, next.name)
  return { format: known, log: { ...log, lines: log.lines + 1, unknown: counted } }
}

/** How many lines could not be read. */
export const skippedLines = (log: LaneLog): number =>
  Object.values(log.skipped).reduce((sum, each) => sum + each, 0)

const skip = (log: LaneLog, reason: string): LaneLog => ({
  ...log,
  lines: log.lines + 1,
  skipped: count(log.skipped, reason),
})

/** Adds one; names come from the file, so their number and length are bounded. */
function count(counts: Readonly<Record<string, number>>, name: string) {
  const short = clip(name, NAME_CHARS)
  const fits = Object.hasOwn(counts, short) || Object.keys(counts).length < NAMES_LIMIT
  const key = fits ? short : 'others'
  return { ...counts, [key]: (Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0) + 1 }
}

/** An overlong line that names open work is its end: that is where the long outputs are. */
function afterLong(log: LaneLog, line: Extract<Line, { kind: 'long' }>): LaneLog {
  const ended = log.open.filter(
    ({ id }) => line.head.includes(`"${id}"`) || line.tail.includes(`"${id}"`),
  )
  const skipped = skip(log, 'too long')
  if (ended.length === 0) return skipped
  return { ...skipped, open: log.open.filter(each => !ended.includes(each)), lastExit: null }
}

/** Notes that work began. `work` is a command or file change, `call` any other tool. */
export function begin(log: LaneLog, id: string, text: string, sort: 'work' | 'call'): LaneLog {
  const open = [...log.open.filter(each => each.id !== id), { id, text: clip(text, COMMAND_CHARS) }]
  return { ...log, open: open.slice(-OPEN_LIMIT), worked: log.worked || sort === 'work' }
}

export const finish = (log: LaneLog, id: string): LaneLog => ({
  ...log,
  open: log.open.filter(each => each.id !== id),
})

export const withCommand = (log: LaneLog, command: string): LaneLog => ({
  ...log,
  worked: true,
  lastCommand: clip(command, COMMAND_CHARS),
})

export const withMessage = (log: LaneLog, message: string): LaneLog => ({
  ...log,
  lastMessage: clip(message, MESSAGE_CHARS),
})

/** Takes the time that a line carries. Lines may be out of order by a few ms. */
export const withTime = (log: LaneLog, at: Instant | null): LaneLog =>
  at === null
    ? log
    : { ...log, startedAt: log.startedAt ?? at, activeAt: Math.max(log.activeAt ?? at, at) }

/** The report file that a brief names, e.g. `out/REPORT.md`. */
export function reportIn(brief: string): string | null {
  const name = /REPORT[\w-]{0,80}\.(?:md|txt|json|html)/.exec(brief.slice(0, 65_536))
  if (!name) return null
  // The directory is searched backwards from the name: one expression for both is quadratic.
  const directory = /[\w./~-]*$/.exec(brief.slice(Math.max(0, name.index - 300), name.index))
  return `${directory?.[0] ?? ''}${name[0]}`
}
