/**
 * Gives one item its lane: judged, journaled, locked on the host, launched. The lock is taken
 * before anything is made, and asked for once more before the prompt is sent, so that of all
 * consoles on a host one launches it, whoever crashes where.
 */
import type { Planned } from '../../state/dispatch.ts'
import { itemKey } from '../../state/item.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import type { LaneDeps } from './lane-deps.ts'
import { type DispatchIntent, type Ending, intentEntry } from './lane-journal.ts'
import { judgeLaunch } from './lane-launch.ts'
import { endingOfDispatch } from './lane-reconcile.ts'
import { startRun } from './lane-run.ts'
import { hashOf, refused } from './lane-survey.ts'

/** Throws JournalFault, and RpcFault when the link or the probe fell: the intent is open then. */
export async function dispatchItem(
  deps: LaneDeps,
  { item, lane, attempt, before }: Planned,
  author: string,
): Promise<LaneActed> {
  const { ask, journal, now, profile } = deps
  const { goal, id, repo, engine, model } = item
  if (item.brief === null) return refused(['it names no brief'])
  const brief = await ask('brief.read', { path: item.brief })
  if (brief.kind === 'fault') return refused([brief.message])
  const wish = { brief: brief.text, name: lane, repo, engine, model, isDryRun: false }
  const judged = await judgeLaunch(deps, { ...wish, label: author })
  if (judged.kind !== 'ready') return judged
  const { warnings } = judged
  const { logs } = judged.run

  const key = hashOf(JSON.stringify([profile, goal, id, attempt]))
  const work = { goal, id, attempt }
  const data: DispatchIntent = { act: 'dispatch', logs, key, ...work }
  const why = `dispatch ${itemKey(item)}`
  const text = `${why} as ${lane}`
  const intent = journal.append(intentEntry({ author, subject: lane, text, data }, now()))
  const lock = { ...work, lane, profile, key, who: author }
  const taken = await ask('lock.take', { logs, lock, before })
  if (taken.kind === 'held') {
    const ending: Ending = { outcome: 'failed', text: `not launched: ${taken.message}` }
    journal.append(outcomeEntry(intent, ending, now()))
    return refused([`it is held on the host: ${taken.message}`])
  }
  const obstacle = async () => {
    const seen = await ask('lock.look', { logs, work })
    const isOurs = seen.lock?.record.key === key && seen.lock.freed === null
    return isOurs ? null : `its lock is not ours any more${byWhom(seen.lock?.freed)}`
  }
  const acted = await startRun(deps, judged.run, { author, why, obstacle, warnings })
  journal.append(outcomeEntry(intent, await endingOfDispatch(deps, intent, data), now()))
  return acted
}

const byWhom = (freed: { who: string } | null | undefined) =>
  freed ? `: ${freed.who} freed it` : ''
