/**
 * Closes acts on lanes that were cut off, by looking at the host. Nothing is started and nothing
 * is signalled: what was begun is told, and what did nothing yet is taken back.
 */
import { type Ending, type LaneIntent, openLaneIntents, outcomeEntry } from './lane-journal.ts'
import { endingOf, type RunDeps } from './lane-run.ts'
import type { ProbeSession } from './probe-session.ts'

export interface ReconcileDeps extends RunDeps {
  ask: ProbeSession['request']
}

/** Throws RpcFault when the host cannot be asked: the rest stays open. */
export async function reconcileLanes(deps: ReconcileDeps): Promise<void> {
  const { journal, now } = deps
  for (const { row, intent } of openLaneIntents(journal)) {
    const ending = await lookInto(deps, intent)
    journal.append(outcomeEntry(row, ending, now()))
  }
}

async function lookInto({ ask, runners }: ReconcileDeps, intent: LaneIntent): Promise<Ending> {
  if (intent.act === 'lane.stop') {
    const { commandLine } = await ask('lane.who', intent)
    return commandLine === null
      ? { outcome: 'stopped', text: `process ${intent.pid} is gone` }
      : { outcome: 'unknown', text: `process ${intent.pid} still runs: stop it again` }
  }
  const runner = runners[intent.runner.kind]
  const seen = await runner.look(intent)
  if (seen.record === null && intent.act === 'lane.hold') {
    return { outcome: 'undone', text: 'nothing was begun on the host' }
  }
  return await endingOf(runner, intent, seen)
}
