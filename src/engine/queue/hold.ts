/**
 * Who may move a line: one console at a time, by a ref of the repository that each moves only from
 * where it saw it. Pure.
 */

/** Of the ref, as it was fetched. */
export interface HoldSeen {
  /** The commit that the ref is at. */
  readonly commit: string
  /** Who moved it there, by the id of a journal; null when it cannot be read. */
  readonly by: string | null
  /** Since when it has not moved, in ms, by the clock of whoever looks: no two clocks are compared. */
  readonly silentMs: number
}

export interface HoldWish {
  /** Null when nobody holds the line. */
  readonly seen: HoldSeen | null
  readonly id: string
  /** Where this process moved it, or tried to: whether it did is not always told. */
  readonly ours: ReadonlySet<string>
  /** There is something to land, or to end. */
  readonly isWanted: boolean
}

export type HoldStep =
  /** The line may be moved. */
  | { readonly do: 'keep' }
  /** Moved anew, so that others see that it lives. */
  | { readonly do: 'renew'; readonly from: string }
  | { readonly do: 'take'; readonly from: string | null }
  | { readonly do: 'release'; readonly from: string }
  /** Somebody else has it. */
  | { readonly do: 'wait' }
  /** Nobody has it, and nobody needs it. */
  | { readonly do: 'rest' }

export const RENEW_MS = 3 * 60_000
/** Whoever has not moved it for so long is dead, or asleep: the leases of its pushes are void. */
export const DEAD_MS = 15 * 60_000

export function holdStep({ seen, id, ours, isWanted }: HoldWish): HoldStep {
  if (seen === null) return isWanted ? { do: 'take', from: null } : { do: 'rest' }
  const { commit, by, silentMs } = seen
  // The same journal twice is two consoles.
  const isOurs = by === id && (ours.size === 0 || ours.has(commit))
  if (!isOurs) {
    const mayTake = isWanted && silentMs >= DEAD_MS
    return mayTake ? { do: 'take', from: commit } : { do: 'wait' }
  }
  if (!isWanted) return { do: 'release', from: commit }
  return ours.size === 0 || silentMs >= RENEW_MS ? { do: 'renew', from: commit } : { do: 'keep' }
}
