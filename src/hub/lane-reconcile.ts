/**
 * Closes acts on lanes that were cut off, by looking at the host. Nothing is started and nothing
 * is signalled: what was begun is told, and what did nothing yet is taken back.
 */
import { outcomeEntry } from '../../state/journal/outcome.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import { Identity } from '../rpc/lane-api.ts'
import type { ReconcileDeps } from './lane-deps.ts'
import { makeTree, settleDiscard } from './lane-discard.ts'
import {
  type DispatchIntent,
  type Ending,
  type LaneIntent,
  openLaneIntents,
} from './lane-journal.ts'
import { endingOf, unknownOf } from './lane-run.ts'

/** Throws RpcFault when the host cannot be asked: the rest stays open. */
export async function reconcileLanes(deps: ReconcileDeps): Promise<void> {
  const { journal, now } = deps
  for (const { row, data: intent } of openLaneIntents(journal)) {
    const ending =
      intent.act === 'dispatch'
        ? await endingOfDispatch(deps, row, intent)
        : await lookInto(deps, intent, row)
    journal.append(outcomeEntry(row, ending, now()))
  }
}

type Step = Exclude<LaneIntent, { act: 'dispatch' }>

async function lookInto(deps: ReconcileDeps, intent: Step, row: JournalRow): Promise<Ending> {
  const { ask, runners } = deps
  if (intent.act === 'lane.discard') return await settleDiscard(deps, row, intent)
  // To make it again is safe to repeat: what is there already is left as it is.
  if (intent.act === 'lane.restore') return await makeTree(deps, intent)
  if (intent.act === 'lane.stop') {
    const { pid, pidStart, mark } = intent
    const { commandLine, left } = await ask('lane.who', { pid, pidStart, mark })
    if (commandLine !== null) {
      return { outcome: 'unknown', text: `process ${pid} still runs: stop it again` }
    }
    const pids = left.map(each => each.pid).join(', ')
    return left.length === 0
      ? { outcome: 'stopped', text: `process ${pid} is gone, and all that it started` }
      : { outcome: 'unknown', text: `process ${pid} is gone, ${pids} still run: stop it again` }
  }
  const runner = runners[intent.runner.kind]
  const ending = await endingOf(runner, intent, await runner.look(intent))
  if (ending !== null) return ending
  if (intent.act === 'lane.hold') {
    return { outcome: 'undone', text: 'nothing was begun on the host' }
  }
  const identity = Identity.safeParse(intent).data
  const is = identity && (await ask('lane.who', identity))
  if (is?.commandLine !== null) return unknownOf(intent)
  return {
    outcome: 'failed',
    text: `process ${identity?.pid} is gone and was taken back: it said nothing`,
  }
}

/** What is on the host of a dispatch: its lane, or nothing, and then its lock is freed. */
export async function endingOfDispatch(
  { ask }: Pick<ReconcileDeps, 'ask'>,
  { subject, author }: Pick<JournalRow, 'subject' | 'author'>,
  { logs, key, goal, id, attempt }: DispatchIntent,
): Promise<Ending> {
  const work = { goal, id, attempt }
  const seen = await ask('lock.look', { logs, work })
  const notTaken: Ending = {
    outcome: 'undone',
    text: 'its lock was not taken: nothing was launched',
  }
  if (seen.lock !== null && seen.lock.record.key !== key) return notTaken
  if (seen.launched) {
    return { outcome: 'running', text: `its lane is ${subject}`, data: { lane: subject } }
  }
  const why = 'no lane came of it'
  await ask('lock.free', { logs, work, key, who: author, why })
  if (seen.lock === null) return notTaken
  return { outcome: 'undone', text: `${why}: its lock is freed` }
}
