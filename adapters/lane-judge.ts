/**
 * What a lane is doing and what came of it: ordered rules over what its files say, whether a live
 * process holds it, and how long it has been quiet. The first rule that answers decides. A live
 * process alone proves nothing, and neither does a good exit.
 */
import type { Evidence, Instant } from '../state/facts.ts'
import type { LaneResult, LaneStatus } from '../state/words.ts'
import { type LaneLog, skippedLines, type Turn } from './lane-log.ts'

/** What git and the file system say about a lane's directory since the lane began. */
export type WorkSeen =
  | { kind: 'unknown'; why: string }
  | {
      kind: 'seen'
      evidence: Evidence[]
      /** Whether its newest commit is on a branch of a remote. */
      pushed: boolean
      /** Files changed since its start and not committed. */
      uncommitted: number
    }

export interface LaneView {
  log: LaneLog | null
  session: LaneLog | null
  /** Whether a live process is this lane's writer, and how we know. */
  held: boolean
  heldBy: string
  now: Instant
  /** Last growth of the log, and of either file; null when not known. */
  logAt: Instant | null
  activeAt: Instant | null
  /** IANA zone of the machine that the lane runs on. */
  zone: string
  work: WorkSeen
}

export interface LaneJudgement {
  status: LaneStatus
  result: LaneResult
  cause: string | null
  resetAt: Instant | null
  why: string[]
}

/** What differs between engines: the meaning of their words. */
export interface Dialect {
  /** The machine word behind a sentence; null when the sentence is not known. */
  causeOfProse(message: string): string | null
  /** Causes that wait for somebody or something; every other failure is an end. */
  statusOf(cause: string): 'quota' | 'auth' | null
  resetOf(message: string, zone: string, seenAt: Instant): Instant | null
}

export interface QuietLimits {
  /** Nothing open: thinking until `thinkingMs`, stalled from `silentMs` on (ms of no growth). */
  thinkingMs: number
  silentMs: number
  /** An open command is silent by nature: its limits are its own. */
  commandQuietMs: number
  commandStalledMs: number
}

/** An engine whose provider is silent says so itself after 300 s. */
export const QUIET_LIMITS: QuietLimits = {
  thinkingMs: 300_000,
  silentMs: 310_000,
  commandQuietMs: 600_000,
  commandStalledMs: 3_600_000,
}

interface Case extends LaneView {
  turn: Turn
  limits: QuietLimits
  dialect: Dialect
}
type Rule = (lane: Case) => LaneJudgement | null

export function judgeLane(view: LaneView, dialect: Dialect, limits = QUIET_LIMITS): LaneJudgement {
  const lane: Case = { ...view, turn: latestTurn(view), limits, dialect }
  for (const rule of RULES) {
    const judgement = rule(lane)
    if (judgement) return { ...judgement, why: [...judgement.why, ...reservations(view)] }
  }
  return live('thinking', ['nothing says otherwise'])
}

const live = (status: LaneStatus, why: string[]): LaneJudgement => ({
  status,
  result: 'none',
  cause: null,
  resetAt: null,
  why,
})
const ended = (result: LaneResult, cause: string | null, why: string[]): LaneJudgement => ({
  ...live('ended', why),
  result,
  cause,
})

const RULES: readonly Rule[] = [
  function failed({ turn, session, dialect, zone, ...lane }) {
    if (turn.kind !== 'failed') return null
    const fromProse = turn.cause === null ? dialect.causeOfProse(turn.message) : null
    const cause = turn.cause ?? fromProse
    const status = (cause === null ? null : dialect.statusOf(cause)) ?? 'ended'
    const seenAt = turn.at ?? lane.activeAt ?? lane.now
    const field = session?.resetAt ?? lane.log?.resetAt ?? null
    const resetAt =
      status === 'quota' ? (field ?? dialect.resetOf(turn.message, zone, seenAt)) : null
    const why = [`the turn failed: ${turn.message || 'no message'}`]
    if (fromProse)
      why.push(`cause ${fromProse} is read from that sentence: there is no machine field`)
    if (resetAt !== null && field === null) {
      why.push(`the reset time is read from that sentence, as a time in ${zone}`)
    }
    return { status, result: 'failed', cause, resetAt, why }
  },

  ({ turn }) =>
    turn.kind === 'interrupted'
      ? ended('interrupted', turn.cause, [`the turn was interrupted: ${turn.cause}`])
      : null,

  ({ turn, held, log, heldBy }) =>
    turn.kind === 'completed' && held && !log
      ? live('quiet', [`the turn is over and it waits for its next one: ${heldBy}`])
      : null,

  lane => (lane.turn.kind === 'completed' ? completed(lane) : null),

  function crashed({ held, turn, heldBy, log, session }) {
    if (held) return null
    const where = turn.kind === 'none' ? 'before its first turn' : 'inside a turn'
    const wait = log?.waiting ?? session?.waiting
    return ended('crashed', null, [
      `it ended ${where}, with no end marker: ${heldBy}`,
      ...(wait ? [`its last line says: ${wait.message}`] : []),
    ])
  },

  function waiting({ log, session, dialect }) {
    const wait = log?.waiting ?? session?.waiting
    if (!wait) return null
    const status = (wait.cause === null ? null : dialect.statusOf(wait.cause)) ?? 'stalled'
    return { ...live(status, [`its latest line says: ${wait.message}`]), cause: wait.cause }
  },

  function working({ log, session, limits, ...lane }) {
    const open = (log ?? session)?.open.at(-1)
    if (!open) return null
    const quiet = quietFor(lane)
    const [status, limit] = at(quiet, [
      ['working', 0],
      ['quiet', limits.commandQuietMs],
      ['stalled', limits.commandStalledMs],
    ])
    return live(status, [`open now: ${open.text}`, ...silence(quiet, limit), lane.heldBy])
  },

  function thinking({ turn, limits, ...lane }) {
    const quiet = quietFor(lane)
    const [status, limit] = at(quiet, [
      [turn.kind === 'none' ? 'starting' : 'thinking', 0],
      ['quiet', limits.thinkingMs],
      ['stalled', limits.silentMs],
    ])
    const what = turn.kind === 'none' ? 'no turn has begun' : 'inside a turn with nothing open'
    return live(status, [what, ...silence(quiet, limit), lane.heldBy])
  },
]

const quietFor = ({ now, activeAt }: Pick<LaneView, 'now' | 'activeAt'>): number =>
  activeAt === null ? 0 : Math.max(0, now - activeAt)

/** The last step whose lower bound `quiet` has reached. */
function at(quiet: number, steps: readonly [LaneStatus, number][]): [LaneStatus, number] {
  return steps.filter(([, from]) => quiet >= from).at(-1) ?? ['thinking', 0]
}

const silence = (quiet: number, limit: number): string[] =>
  limit === 0 ? [] : [`no output for ${seconds(quiet)}, the limit is ${seconds(limit)}`]
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`

/** The turn is over; what came of it is what we can see of it. */
function completed({ log, session, work }: Case): LaneJudgement {
  const open = log?.open.at(-1)
  const over = ['the turn completed', ...(open ? [`never closed: ${open.text}`] : [])]
  if (work.kind === 'unknown') {
    const read = [log, session].filter(each => each !== null)
    const worked = read.some(each => each.worked || each.passedOver > 0)
    const unchecked = `what came of it was not checked: ${work.why}`
    return worked
      ? ended('claimed', null, [...over, `it ran commands or changed files; ${unchecked}`])
      : ended('none', null, [...over, `no command, no file change; ${unchecked}`])
  }
  const commits = work.evidence.filter(each => each.kind === 'commit')
  if (commits.length > 0) {
    const where = work.pushed ? 'on a branch of a remote' : 'on no remote'
    const what = `commits since its start: ${commits.length}, ${where}`
    return ended(work.pushed ? 'pushed' : 'local', null, [...over, what])
  }
  const still = 'no commit since its start'
  if (work.uncommitted > 0) {
    const what = `files changed and not committed: ${work.uncommitted}`
    return ended('claimed', null, [...over, still, what])
  }
  if (work.evidence.length > 0) {
    return ended('claimed', null, [...over, still, 'a report was written: that is its own word'])
  }
  return ended('none', null, [...over, still, 'tree clean', 'no report'])
}

/**
 * The turn that counts. An end seen in either file is an end, unless the other has begun a newer
 * turn; of two ends, the one that says more.
 */
export function latestTurn({ log, session, logAt, held }: LaneView): Turn {
  if (!log || !session) return (log ?? session)?.turn ?? { kind: 'none' }
  const [a, b] = [log.turn, session.turn]
  if (b.kind === 'running' && isEnd(a)) {
    const resumed = b.since !== null && logAt !== null && b.since > logAt + CLOCK_SLACK_MS
    return resumed ? b : a
  }
  // A printing engine that lives says itself when it is over.
  if (b.kind === 'completed' && a.kind === 'running' && held) return a
  return weight(b) >= weight(a) ? b : a
}

const CLOCK_SLACK_MS = 2_000

const isEnd = (turn: Turn): boolean => turn.kind !== 'none' && turn.kind !== 'running'

const WEIGHTS = { none: 0, running: 1, completed: 2, failed: 3, interrupted: 4 } as const
const weight = (turn: Turn): number =>
  turn.kind === 'failed' && turn.cause !== null ? 5 : WEIGHTS[turn.kind]

/** What the reader could not read: said beside every judgement, because it may be wrong by it. */
function reservations({ log, session }: LaneView): string[] {
  return [log, session].flatMap(each => {
    if (!each) return []
    const skipped = Object.entries(each.skipped).map(([reason, n]) => `${n} ${reason}`)
    const unknown = Object.entries(each.unknown).map(([name, n]) => `${n} ${name}`)
    return [
      ...(skipped.length ? [`lines skipped: ${skippedLines(each)} (${skipped.join(', ')})`] : []),
      ...(unknown.length ? [`lines of unknown type: ${unknown.join(', ')}`] : []),
      ...(each.passedOver ? [`not read: ${each.passedOver} bytes in the middle of the file`] : []),
    ]
  })
}
