/**
 * Starts a run in two steps: its process is made and waits; who it is goes into the journal; only
 * then is the prompt sent. A run that did nothing is taken back, and may be launched again.
 */
import { randomUUID } from 'node:crypto'
import type { Act } from '../../state/act.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import type { LaneActed, RunRecord, RunSeen } from '../rpc/lane-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { RunDeps } from './lane-deps.ts'
import { type Ending, intentEntry } from './lane-journal.ts'
import type { Place, Run, Runner } from './runners/runner.ts'

export interface Start {
  author: string
  why: string
  /** What its entries say besides. */
  data?: JournalRow['data']
  /** Asked when the run waits and is on record: a reason not to let it go takes it back. */
  obstacle?: () => Promise<string | null>
  /** What does not stop it, for the record and for whoever asked. */
  warnings?: string[]
}

/** Throws JournalFault, and RpcFault when the link or the probe fell: the intent is open then. */
export async function startRun(
  { journal, runners, now }: RunDeps,
  run: Run,
  { author, why, obstacle, warnings = [], data: cause = {} }: Start,
): Promise<LaneActed> {
  const { logs, stem, runner: spec, name: subject } = run
  const ticket = randomUUID()
  const place = { logs, stem, runner: spec, ticket }
  const runner = runners[spec.kind]
  const { text: _text, env: _env, path: _path, ...told } = run
  const command = run.argv.join(' ')
  const text = `${why}: ${command}`
  const warned = warnings.length > 0 ? { warnings } : {}
  const data = { ...cause, ...told, ...warned, ticket, act: 'lane.hold' as const }
  const hold = journal.append(intentEntry({ author, subject, text, data }, now()))
  const held = await runner.hold({ ...run, ticket })
  if (held.kind === 'failed') {
    const ending: Ending = { outcome: 'failed', text: held.message }
    const { seq } = journal.append(outcomeEntry(hold, ending, now()))
    return { kind: 'failed', message: held.message, seq }
  }
  const release = intentEntry(
    {
      author,
      subject,
      text: `send the prompt to ${waiterOf(held.record)}: ${command}`,
      data: {
        ...cause,
        act: 'lane.release' as const,
        ...place,
        key: run.key,
        ...identityOf(held.record),
      },
    },
    now(),
  )
  const waits: Ending = {
    outcome: 'held',
    text: `${waiterOf(held.record)} waits on ${held.record.hostname} in ${run.cwd}`,
    data: { ...held.record },
  }
  try {
    // Together: between them a crash would leave a process that nobody looks for.
    const [, prompt] = journal.appendAll([outcomeEntry(hold, waits, now()), release])
    if (prompt === undefined) throw new RpcFault('the journal took no entry')
    const reason = (await obstacle?.()) ?? null
    const seen = await (reason === null ? runner.release(place) : runner.discard(place))
    const ending: Ending =
      reason === null || seen.record !== null
        ? ((await endingOf(runner, place, seen)) ?? unknownOf(place))
        : { outcome: 'undone', text: `its prompt was not sent: ${reason}` }
    const { seq } = journal.append(outcomeEntry(prompt, ending, now()))
    return ending.outcome === 'running'
      ? { kind: 'running', record: seen.record ?? held.record, seen: ending.text, seq, warnings }
      : { kind: 'failed', message: ending.text, seq }
  } catch (error) {
    // What is not on record does not begin. A link that fell is looked at again later.
    if (!(error instanceof RpcFault)) await runner.discard(place)
    throw error
  }
}

/**
 * What came of a prompt that was sent, or may have been. Takes back what did nothing. Null when
 * the host knows nothing of it: whatever is late on its way comes to nothing then.
 */
export async function endingOf(
  runner: Runner,
  place: Place,
  seen: RunSeen,
): Promise<Ending | null> {
  const begun = runningOf(seen)
  if (begun !== null) return begun
  const after = await runner.discard(place)
  // How it stood is what the host found when it took it back: it may have begun since it was seen.
  const { record, state, said } = after
  if (record !== null) {
    const text = `${place.stem} could not be taken back: look at the host`
    return runningOf(after) ?? { outcome: 'unknown', text }
  }
  if (state === 'ended') {
    const word = said || seen.said || 'it said nothing'
    return {
      outcome: 'failed',
      text: `${seen.record?.engine ?? place.stem} ended at once: ${word}`,
    }
  }
  if (state === 'absent') return null
  return {
    outcome: 'undone',
    text: 'its prompt was never sent; what was made for it is taken back',
  }
}

function runningOf(seen: RunSeen): Ending | null {
  const { record, state, logBytes } = seen
  if (record === null || (state !== 'running' && logBytes === 0)) return null
  const undo: Act = { act: 'lane.stop', lane: record.name, ...identityOf(record) }
  const data = { ...identityOf(record), state, logBytes, undo }
  return { outcome: 'running', text: seenText(seen), data }
}

export const unknownOf = ({ stem }: Place): Ending => ({
  outcome: 'unknown',
  text: `there is no record of ${stem} on the host`,
})

export function seenText({ record, state, logBytes }: RunSeen): string {
  const output = logBytes > 0 ? `its log holds ${logBytes} bytes` : 'it has said nothing yet'
  return `process ${record?.pid ?? '?'} ${state === 'running' ? 'runs' : 'has ended'}; ${output}`
}

/** A box has no process yet that could wait. */
const waiterOf = ({ runner, pid }: RunRecord): string =>
  runner.kind === 'box' ? `box ${runner.container}` : `process ${pid}`

const identityOf = ({ pid, pidStart }: RunRecord) => ({ pid, pidStart })
