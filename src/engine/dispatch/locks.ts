/**
 * What holds an item, out of everything that is known of its attempts: lanes as they are seen, its
 * lock on the host, and runs that were launched there. Pure. In doubt it is held.
 */
import type { LaneFact } from '../../../state/facts.ts'
import { MOST_ATTEMPTS } from '../../../state/item.ts'
import type { LaneResult } from '../../../state/words.ts'
import { STALE_AFTER_MS } from '../../policy/unlock.ts'

/** The newest lock of an item, as the host tells it. */
export interface Lock {
  readonly attempt: number
  readonly key: string
  readonly who: string
  readonly ageMs: number
  readonly isFreed: boolean
}

export interface Attempts {
  readonly lock: Lock | null
  /** Attempts that have the record of a run on the host. */
  readonly launched: readonly number[]
  readonly lanes: readonly { readonly attempt: number; readonly fact: LaneFact }[]
}

export type Hold =
  | {
      readonly kind: 'free'
      /** The number of the next lane. */
      readonly attempt: number
      /** The lock to be freed first, and why it may be. */
      readonly before: { readonly key: string; readonly why: string } | null
    }
  | { readonly kind: 'held' | 'stale'; readonly text: string }

export function holdOf({ lock, launched, lanes }: Attempts): Hold {
  const holder = lanes.map(({ fact }) => heldBy(fact)).find(held => held !== null)
  if (holder !== undefined) return held(holder)
  const known = lanes.map(({ attempt }) => attempt)
  const last = Math.max(0, lock?.attempt ?? 0, ...launched, ...known)
  if (last >= MOST_ATTEMPTS) return held(`was tried ${last} times`)
  const attempt = last + 1
  if (last > 0 && !known.includes(last) && launched.includes(last)) {
    return held(`its lane was launched as number ${last}, and cannot be seen`)
  }
  if (lock === null || lock.isFreed) return { kind: 'free', attempt, before: null }
  if (known.includes(lock.attempt)) {
    const why = `its lane ended: ${resultOf(lanes, lock.attempt)}`
    return { kind: 'free', attempt, before: { key: lock.key, why } }
  }
  const minutes = Math.floor(lock.ageMs / 60_000)
  return lock.ageMs < STALE_AFTER_MS
    ? held(`${lock.who} is launching its lane`)
    : { kind: 'stale', text: `stale lock of ${lock.who}, ${minutes} min old: no lane came of it` }
}

const held = (text: string): Hold => ({ kind: 'held', text })

const resultOf = (lanes: Attempts['lanes'], attempt: number) =>
  lanes.findLast(lane => lane.attempt === attempt)?.fact.result ?? 'none'

/** Work that exists and is not thrown away: a second lane would do it again. */
const HOLDS: Readonly<Partial<Record<LaneResult, string>>> = {
  claimed: 'claims to be done: look at its lane first',
  local: 'has commits that are not pushed',
  pushed: 'is pushed',
  'in-review': 'is in review',
  queued: 'is in the merge queue',
  landed: 'has landed',
}

const heldBy = ({ name, status, result }: LaneFact): string | null =>
  status === 'ended' ? (HOLDS[result] ?? null) : `its lane ${name} is ${status}`
