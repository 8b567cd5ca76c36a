/** Whether the lock of an item may be freed by hand: only one that nobody stands behind. */
import type { Answerer } from '../../state/answerer.ts'
import type { LockSeen } from '../rpc/dispatch-api.ts'

/** A lock without a lane is being launched for so long; after that its holder is thought gone. */
export const STALE_AFTER_MS = 10 * 60_000

export interface Unlock {
  subject: string
  /** The newest lock of the item. */
  lock: LockSeen | null
  /** Names of lanes that are seen, or were launched on the host. */
  lanes: readonly string[]
  by: Pick<Answerer, 'tty'>
}

export type UnlockVerdict =
  | { kind: 'refused'; text: string }
  | { kind: 'allowed'; text: string; lock: LockSeen }

export function judgeUnlock({ subject, lock, lanes, by }: Unlock): UnlockVerdict {
  if (by.tty === null) return refused('a lock is freed by a person at a terminal only')
  if (lock === null) return refused(`${subject} has no lock on the host`)
  const { record, ageMs, freed } = lock
  if (freed !== null) return refused(`the lock of ${subject} was freed already, by ${freed.who}`)
  if (lanes.includes(record.lane)) {
    return refused(`the lock of ${subject} has its lane ${record.lane}: look at that, or stop it`)
  }
  if (ageMs < STALE_AFTER_MS) {
    return refused(`${record.who} is launching ${record.lane}: its lock is too young to be stale`)
  }
  const at = new Date(record.at).toISOString()
  return { kind: 'allowed', text: `the lock of ${subject} that ${record.who} took at ${at}`, lock }
}

const refused = (text: string): UnlockVerdict => ({ kind: 'refused', text })
