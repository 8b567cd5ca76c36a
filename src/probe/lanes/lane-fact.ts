/** One lane as a fact: what it does, what came of it, and why we say so. */

import { readArguments } from '../../../adapters/agent-arguments.ts'
import type { LaneJudgement, WorkSeen } from '../../../adapters/lane-judge.ts'
import { skippedLines } from '../../../adapters/lane-log.ts'
import type { FactValue, Instant, Risk } from '../../../state/facts.ts'
import { type Doing, doingOf } from '../../lanes/doing.ts'
import { CLASSIFY } from '../../lanes/engines.ts'
import type { WorkPlace } from './evidence.ts'
import { activeAtOf, type Holder, type Lane, logOf, nameOf, sessionOf } from './join.ts'
import { launchedRun } from './launched-run.ts'
import type { LaneSeen } from './see-lane.ts'
import { startOfThread } from './thread-id.ts'

export interface Judged {
  lane: Lane
  doing: Doing
  holder: Holder
  judgement: LaneJudgement
  startedAt: Instant | null
  /** Null while it goes on. */
  endedAt: Instant | null
}

export function judge(
  lane: Lane,
  holder: Holder,
  { now, zone }: { now: Instant; zone: string },
  workOf: (endedAt: Instant) => WorkSeen,
): Judged {
  const [log, session] = [logOf(lane), sessionOf(lane)]
  const doing = doingOf(log, session)
  const activeAt = activeAtOf(lane)
  const judgement = CLASSIFY[lane.engine]({
    log,
    session,
    held: holder.held,
    heldBy: holder.why,
    now,
    logAt: lane.log?.modifiedAt ?? null,
    activeAt,
    zone,
    work: workOf(activeAt),
  })
  const isOver = judgement.result !== 'none' || judgement.status === 'ended'
  const endedAt = isOver ? activeAt : null
  const bornAt = lane.log?.bornAt ?? lane.session?.bornAt ?? null
  const startedAt = doing.startedAt ?? (lane.threadId ? startOfThread(lane.threadId) : null)
  return { lane, doing, holder, judgement, startedAt: startedAt ?? bornAt, endedAt }
}

/** Where to look for evidence; null for lanes whose result does not depend on it. */
export function placeOf({ lane, doing, judgement, startedAt, endedAt }: Judged): WorkPlace | null {
  if (endedAt === null || judgement.status !== 'ended') return null
  const { cwd, report, lastMessage: message } = doing
  const baseSha = doing.baseSha ?? launchedOf(lane)?.base ?? null
  const log = lane.log?.path ?? null
  const ownFiles = [lane.log, lane.session].flatMap(file => file?.realPath ?? [])
  return { cwd, baseSha, report, message, log, startedAt, endedAt, ownFiles }
}

const launchedOf = ({ log }: Lane) => (log ? launchedRun(log.path) : null)

/** What its process was started with and its session told: of a lane that is held, live or waiting. */
function riskOf({ lane, doing, holder }: Judged, reachOf: ReachOf): Risk | null {
  if (!holder.held) return null
  const { process } = holder
  const { bypass } = readArguments(lane.engine, process?.argv ?? [])
  const flags = [...new Set([...bypass, ...(doing.bypass ?? [])])]
  if (flags.length === 0) return null
  return { flags, reach: process ? reachOf(process.pid) : 'unknown' }
}

export type ReachOf = (pid: number) => Risk['reach']

export function laneFact(
  judged: Judged,
  seen: LaneSeen | null,
  reachOf: ReachOf,
): FactValue<'lane'> {
  const { lane, doing, holder, judgement, startedAt, endedAt } = judged
  const [log, session] = [logOf(lane), sessionOf(lane)]
  const { baseSha: _, report: __, bypass: ___, ...shown } = doing
  return {
    ...shown,
    name: nameOf(lane, doing.cwd),
    engine: lane.engine,
    status: judgement.status,
    result: judgement.result,
    cause: judgement.cause,
    resetAt: judgement.resetAt,
    threadId: lane.threadId,
    pid: holder.process?.pid ?? null,
    pidStart: holder.process?.start ?? null,
    log: lane.log?.path ?? null,
    rollout: lane.session?.path ?? null,
    brief: launchedOf(lane)?.brief ?? null,
    currentCommand: endedAt === null ? doing.currentCommand : null,
    startedAt,
    activeAt: activeAtOf(lane),
    endedAt,
    evidence: endedAt === null ? [] : [...(seen?.evidence ?? [])],
    report: seen?.report ?? null,
    risk: riskOf(judged, reachOf),
    why: judgement.why,
    skipped: (log ? skippedLines(log) : 0) + (session ? skippedLines(session) : 0),
  }
}
