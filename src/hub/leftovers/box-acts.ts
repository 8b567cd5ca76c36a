/** Takes away a box that ended and stayed, or that nobody ever started. Nothing takes that back. */
import { BoxFault, type BoxHost, type BoxSeen, LABELS } from '../../../adapters/box.ts'
import type { BoxRemoveAct } from '../../../state/act.ts'
import type { Instant } from '../../../state/facts.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { leftoverOf } from '../../policy/box-leftover.ts'
import { type Done, refused } from '../../rpc/act-api.ts'
import { RpcFault } from '../../rpc/peer.ts'
import type { Ending } from '../lane-journal.ts'
import { engine } from '../runners/box-runner.ts'
import { type RemovalWish, removeIt } from './removal.ts'

export interface BoxActsDeps {
  host: BoxHost
  journal: Journal
  now(): Instant
  /** On the host's clock. */
  hostNow(): Instant
}

/** Throws JournalFault, and RpcFault when the engine cannot be asked. */
export async function removeBox(deps: BoxActsDeps, name: string, wish: RemovalWish): Promise<Done> {
  const { host, hostNow } = deps
  const box = await engine(host.look(name))
  if (box === null) return refused(`no box is named ${name}`)
  const lane = box.labels[LABELS.lane]
  if (lane === undefined) return refused(`${name} is no box of ours`)
  const why = leftoverOf(box, hostNow())
  if (why === null) return refused(`${name} stays: it is ${box.state}`)
  const removal = {
    act: { act: 'box.remove', name, id: box.id } as const,
    subject: lane,
    what: `box ${name} of ${lane}`,
    why,
    losses: ['what was written in it outside of its mounts'],
  }
  return await removeIt(deps, removal, wish, act => takeAway(host, act))
}

/** Throws RpcFault when it is not known what came of it. */
async function takeAway(host: BoxHost, { name, id }: BoxRemoveAct): Promise<Ending> {
  try {
    await host.remove(id)
  } catch (error) {
    if (!(error instanceof BoxFault)) throw error
    if (!error.isAnswer) throw new RpcFault(`${error.message}: ${error.mend}`)
    return { outcome: 'failed', text: `not removed: ${error.message}` }
  }
  return isIt(await engine(host.look(name)), id)
    ? { outcome: 'failed', text: `not removed: box ${name} is still there` }
    : { outcome: 'removed', text: `removed box ${name}` }
}

const isIt = (box: BoxSeen | null, id: string): boolean =>
  box !== null && box.id === id && box.state !== 'removing'

/** What a person decided is done now, while it still is left over. */
export async function settleBox(
  { host, hostNow }: BoxActsDeps,
  { data }: Pick<JournalRow, 'data'>,
  act: BoxRemoveAct,
): Promise<Ending> {
  const { name, id } = act
  const box = await engine(host.look(name))
  if (box === null || !isIt(box, id)) return { outcome: 'removed', text: `box ${name} is gone` }
  if (leftoverOf(box, hostNow()) === null) {
    return { outcome: 'failed', text: `not removed: box ${name} is ${box.state}` }
  }
  if (typeof data['decision'] === 'number') return await takeAway(host, act)
  return { outcome: 'undone', text: `box ${name} is still there: remove it again` }
}
