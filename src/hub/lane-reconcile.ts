/**
 * Closes acts on lanes that were cut off, by looking at the host. Nothing is started and nothing
 * is signalled: what was begun is told, and what did nothing yet is taken back.
 */
import { type Ending, type LaneIntent, openLaneIntents, outcomeEntry } from './lane-journal.ts'
import { endingOf, type RunDeps } from './lane-run.ts'

/** Throws RpcFault when the host cannot be asked: the rest stays open. */
export async function reconcileLanes({ journal, ask, now }: RunDeps): Promise<void> {
  for (const { row, intent } of openLaneIntents(journal)) {
    const ending = await lookInto(ask, intent)
    journal.append(outcomeEntry(row, ending, now()))
  }
}

async function lookInto(ask: RunDeps['ask'], intent: LaneIntent): Promise<Ending> {
  if (intent.act === 'lane.stop') {
    const { commandLine } = await ask('lane.who', intent)
    return commandLine === null
      ? { outcome: 'stopped', text: `process ${intent.pid} is gone` }
      : { outcome: 'unknown', text: `process ${intent.pid} still runs: stop it again` }
  }
  const seen = await ask('lane.look', intent)
  if (seen.record === null && intent.act === 'lane.hold') {
    return { outcome: 'undone', text: 'nothing was begun on the host' }
  }
  return await endingOf(ask, intent, seen)
}
