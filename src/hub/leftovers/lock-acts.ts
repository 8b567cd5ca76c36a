/** Takes away the lock file that nobody needs any more; an empty one comes back by undo. */
import type { LockRemoveAct, LockRestoreAct } from '../../../state/act.ts'
import { authorOf } from '../../../state/answerer.ts'
import type { LeftoversConfig } from '../../../state/config.ts'
import type { Instant } from '../../../state/facts.ts'
import { bytes } from '../../../state/format.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { type FileMark, isSameFile, madeAtOf } from '../../../state/lock-file.ts'
import { judgeLock } from '../../policy/lock-file.ts'
import { type Done, refused } from '../../rpc/act-api.ts'
import type { FactStore } from '../fact-store.ts'

import type { Ending } from '../lane-journal.ts'
import type { ProbeSession } from '../probe-session.ts'
import type { PullStates } from './pull-states.ts'
import { type RemovalWish, removeIt, tell } from './removal.ts'

export interface LockActsDeps {
  config: Pick<LeftoversConfig, 'lockAge'>
  facts: FactStore
  journal: Journal
  ask: ProbeSession['request']
  pulls: PullStates
  now(): Instant
  /** On the host's clock. */
  hostNow(): Instant
}

/** `file` is what was shown; null takes it as it is. Throws as removeIt does. */
export async function removeLock(
  deps: LockActsDeps,
  { path, file }: { path: string; file: FileMark | null },
  wish: RemovalWish,
): Promise<Done> {
  // Only what the profile's own names find: a path that somebody sends is not one of them.
  const known = deps.facts.value('lock-file', path)
  if (known === undefined) return refused(`${path} is no lock file that is seen on the host`)
  const { file: seen, isHeld } = await deps.ask('lock-file.look', { path })
  if (seen === null) return refused(`${path} is gone`)
  if (file !== null && !isSameFile(file, seen)) {
    return refused(`${path} changed since it was shown: look again`)
  }
  const [said] = await deps.pulls.of([known], 'now')
  const verdict = judgeLock({
    lock: { ...known, madeAt: madeAtOf(seen), isHeld },
    pull: said?.pull ?? 'unknown',
    maxAgeMs: deps.config.lockAge,
    now: deps.hostNow(),
  })
  if (verdict.leftover === null) return refused(`${path} stays: ${verdict.kept}`)
  const removal = {
    act: { act: 'lock.remove', path, file: seen } as const,
    subject: path,
    what: path,
    why: verdict.leftover,
    losses: seen.bytes === 0 ? [] : [`the ${bytes(seen.bytes)} that it holds`],
  }
  return await removeIt(deps, removal, wish, act => unlinkLock(deps, act))
}

export async function restoreLock(
  deps: LockActsDeps,
  act: LockRestoreAct,
  { by, cause }: Pick<RemovalWish, 'by' | 'cause'>,
): Promise<Done> {
  const intent = deps.journal.append({
    at: deps.now(),
    kind: 'intent',
    author: authorOf(by),
    subject: act.path,
    text: `make ${act.path} again, empty`,
    data: { ...cause, ...act, by },
  })
  return tell(deps, intent, await makeLock(deps, act))
}

type Asks = Pick<LockActsDeps, 'ask'>

/** Throws RpcFault when the link falls: the intent stays open. */
async function unlinkLock({ ask }: Asks, { path, file }: LockRemoveAct): Promise<Ending> {
  const came = await ask('lock-file.remove', { path, file })
  if (came.kind === 'refused') return { outcome: 'failed', text: `not removed: ${came.message}` }
  const undo: LockRestoreAct = { act: 'lock.restore', path, madeAt: madeAtOf(file) }
  const text = `removed ${path}`
  return file.bytes === 0
    ? { outcome: 'removed', text, data: { undo } }
    : { outcome: 'removed', text }
}

async function makeLock({ ask }: Asks, { path, madeAt }: LockRestoreAct): Promise<Ending> {
  const came = await ask('lock-file.make', { path, madeAt })
  if (came.kind === 'refused') return { outcome: 'failed', text: `not made: ${came.message}` }
  const undo: LockRemoveAct = { act: 'lock.remove', path, file: came.file }
  return { outcome: 'restored', text: `${path} is there again`, data: { undo } }
}

/** A cut act: what a person decided is done now; what nobody decided is only looked into. */
export async function settleLock(
  deps: Asks,
  { data }: Pick<JournalRow, 'data'>,
  act: LockRemoveAct | LockRestoreAct,
): Promise<Ending> {
  // To make it again is safe to repeat: what is there already is left as it is.
  if (act.act === 'lock.restore') return await makeLock(deps, act)
  const { path } = act
  const { file } = await deps.ask('lock-file.look', { path })
  if (typeof data['decision'] === 'number' || file === null) return await unlinkLock(deps, act)
  return { outcome: 'undone', text: `${path} is still there: remove it again` }
}
