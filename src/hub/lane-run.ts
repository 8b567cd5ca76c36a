/**
 * Starts a run in two steps: its process is made and waits; who it is goes into the journal; only
 * then is the prompt sent. A run that did nothing is taken back, and may be launched again.
 */
import type { Journal } from '../../state/journal/journal.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import type { LaneActed, RunRecord, RunSeen } from '../rpc/lane-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { ProbeParams } from '../rpc/probe-api.ts'
import { type Ending, intentEntry, outcomeEntry } from './lane-journal.ts'
import type { ProbeSession } from './probe-session.ts'

export interface RunDeps {
  journal: Journal
  ask: ProbeSession['request']
  now(): number
}

/** Where a run's files lie on the host. */
export interface Place {
  logs: string
  stem: string
}

export type Run = ProbeParams<'lane.hold'>

/** Throws JournalFault, and RpcFault when the link or the probe fell: the intent is open then. */
export async function startRun(
  { journal, ask, now }: RunDeps,
  run: Run,
  { author, why }: { author: string; why: string },
): Promise<LaneActed> {
  const { logs, stem, name: subject } = run
  const { text: _text, env: _env, path: _path, ...told } = run
  const command = run.argv.join(' ')
  const text = `${why}: ${command}`
  const data = { ...told, act: 'lane.hold' as const }
  const hold = journal.append(intentEntry({ author, subject, text, data }, now()))
  const held = await ask('lane.hold', run)
  if (held.kind === 'failed') {
    const ending: Ending = { outcome: 'failed', text: held.message }
    const { seq } = journal.append(outcomeEntry(hold, ending, now()))
    return { kind: 'failed', message: held.message, seq }
  }
  const release = intentEntry(
    {
      author,
      subject,
      text: `send the prompt to process ${held.record.pid}: ${command}`,
      data: { act: 'lane.release' as const, logs, stem, key: run.key, ...identityOf(held.record) },
    },
    now(),
  )
  const waits: Ending = {
    outcome: 'held',
    text: `process ${held.record.pid} waits on ${held.record.hostname} in ${run.cwd}`,
    data: { ...held.record },
  }
  try {
    // Together: between them a crash would leave a process that nobody looks for.
    const [, prompt] = journal.appendAll([outcomeEntry(hold, waits, now()), release])
    if (prompt === undefined) throw new RpcFault('the journal took no entry')
    const seen = await ask('lane.release', { logs, stem })
    return await conclude(
      { journal, ask, now },
      { prompt, seen, place: { logs, stem }, record: held.record },
    )
  } catch (error) {
    // What is not on record does not begin. A link that fell is looked at again later.
    if (!(error instanceof RpcFault)) await ask('lane.discard', { logs, stem })
    throw error
  }
}

interface Released {
  prompt: JournalRow
  seen: RunSeen
  place: Place
  record: RunRecord
}

async function conclude(
  { journal, ask, now }: RunDeps,
  { prompt, seen, place, record }: Released,
): Promise<LaneActed> {
  const ending = await endingOf(ask, place, seen)
  const { seq } = journal.append(outcomeEntry(prompt, ending, now()))
  return ending.outcome === 'running'
    ? { kind: 'running', record, seen: ending.text, seq }
    : { kind: 'failed', message: ending.text, seq }
}

/** What came of a prompt that was sent, or may have been. Takes back what did nothing. */
export async function endingOf(
  ask: ProbeSession['request'],
  place: Place,
  seen: RunSeen,
): Promise<Ending> {
  const { record, state, logBytes, said } = seen
  if (record === null) {
    return { outcome: 'unknown', text: `there is no record of ${place.stem} on the host` }
  }
  if (state === 'running' || logBytes > 0) {
    return {
      outcome: 'running',
      text: seenText(seen),
      data: { ...identityOf(record), state, logBytes, undo: `dockmaster lane stop ${record.name}` },
    }
  }
  await ask('lane.discard', place)
  if (state === 'ended') {
    return {
      outcome: 'failed',
      text: `${record.engine} ended at once: ${said || 'it said nothing'}`,
    }
  }
  return {
    outcome: 'undone',
    text: 'its prompt was never sent; what was made for it is taken back',
  }
}

export function seenText({ record, state, logBytes }: RunSeen): string {
  const output = logBytes > 0 ? `its log holds ${logBytes} bytes` : 'it has said nothing yet'
  return `process ${record?.pid ?? '?'} ${state === 'running' ? 'runs' : 'has ended'}; ${output}`
}

const identityOf = ({ pid, pidStart }: RunRecord) => ({ pid, pidStart })
