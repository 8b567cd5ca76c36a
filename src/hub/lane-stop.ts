/** Ends a lane by identity, never by name: which process it is, and that it is gone. */
import type { Act } from '../../state/act.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import { findLane, processOf, type Target } from '../policy/lane-target.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import { type Identity, type LaneActed, markOf } from '../rpc/lane-api.ts'
import type { LaneDeps } from './lane-deps.ts'
import { intentEntry } from './lane-journal.ts'
import { newestRun, refused } from './lane-survey.ts'

/** A run that lives by its record: one that just began has not been seen at work yet. */
async function recorded(deps: LaneDeps, lane: string): Promise<Target<Identity> | null> {
  const newest = await newestRun(deps, lane)
  if (newest === null) return null
  const { record, place } = newest
  const { state } = await deps.runners[place.runner.kind].look(place)
  const { pid, pidStart } = record
  if (state === 'running') return { kind: 'found', target: { pid, pidStart } }
  // What an agent started may outlive it.
  const { left } = await deps.ask('lane.who', { pid, pidStart, mark: markOf(record) })
  const [orphan] = left
  return state === 'ended' && orphan !== undefined ? { kind: 'found', target: orphan } : null
}

/** Which run of ours that process is; null when it is none. */
async function runOf(deps: LaneDeps, lane: string, { pid, pidStart }: Identity) {
  const newest = await newestRun(deps, lane)
  if (newest === null) return null
  const { record } = newest
  const isIt = (each: Identity) => each.pid === pid && each.pidStart === pidStart
  if (isIt(record)) return newest
  const asked = { pid: record.pid, pidStart: record.pidStart, mark: markOf(record) }
  const { left } = await deps.ask('lane.who', asked)
  return left.some(isIt) ? newest : null
}

/** Which process a lane is: to be shown before it is stopped. */
export async function targetOf(deps: LaneDeps, lane: string): Promise<HubResult<'lane.target'>> {
  const process = (await recorded(deps, lane)) ?? seenProcess(deps, lane)
  if (process.kind === 'refused') return process
  const { commandLine, fault } = await deps.ask('lane.who', process.target)
  if (commandLine === null) return { kind: 'refused', message: fault ?? 'it is gone' }
  return { kind: 'found', name: lane, commandLine, ...process.target }
}

function seenProcess(deps: LaneDeps, lane: string): Target<Identity> {
  const found = findLane(deps.lanes(), lane)
  return found.kind === 'refused' ? found : processOf(found.target)
}

export async function stopLane(
  deps: LaneDeps,
  { lane, pid, pidStart, label }: HubParams<'lane.stop'>,
  cause: JournalRow['data'] = {},
): Promise<LaneActed> {
  const { journal, ask, runners, now } = deps
  const { commandLine, fault } = await ask('lane.who', { pid, pidStart })
  if (commandLine === null) return refused([fault ?? `process ${pid} is gone`])
  const undo: Act = { act: 'lane.resume', lane }
  const text = `stop process ${pid}: ${commandLine.slice(0, 500)}`
  const run = await runOf(deps, lane, { pid, pidStart })
  const mark = run && markOf(run.record)
  const data = { ...cause, act: 'lane.stop' as const, pid, pidStart, mark, undo }
  const intent = journal.append(intentEntry({ author: label, subject: lane, text, data }, now()))
  const place = run && run.place
  const came = await runners[place?.runner.kind ?? 'session'].end({ pid, pidStart }, place)
  if (came.kind === 'ended') {
    const { by, count } = came
    const told = `ended by ${by}; of ${count} processes none is left`
    const ending = { outcome: 'stopped' as const, text: told, data: { by, count, undo } }
    const { seq } = journal.append(outcomeEntry(intent, ending, now()))
    return { kind: 'stopped', by, count, seq }
  }
  const message =
    came.kind === 'refused' ? came.message : `still there after KILL: pids ${came.pids.join(', ')}`
  const ending = { outcome: 'failed' as const, text: message }
  const { seq } = journal.append(outcomeEntry(intent, ending, now()))
  return { kind: 'failed', message, seq }
}
