/** Since when each pull request of a repository has its merge state, as far as we saw. */
import type { Instant } from '../../state/facts.ts'
import type { MergeState } from '../../state/words.ts'

interface Seen {
  state: MergeState
  /** Null when it had this state before we first looked. */
  since: Instant | null
}

interface Tracked {
  shown: Seen
  /** The last state that was known; null when none was yet. */
  settled: Seen | null
}

export interface MergeStates {
  /** Notes what was seen, by number. Those that are not in it are forgotten. */
  see(states: ReadonlyMap<number, MergeState>, at: Instant): void
  since: (number: number) => Instant | null
}

/**
 * GitHub forgets every merge state when the base moves: UNKNOWN is a gap in what it knows, so a
 * state that comes back after it has lasted all the while.
 */
export function newMergeStates(): MergeStates {
  let pulls = new Map<number, Tracked>()
  const step = (number: number, state: MergeState, at: Instant): Tracked => {
    const before = pulls.get(number)
    const shown = before ? next(before, state, at) : { state, since: null }
    return { shown, settled: state === 'UNKNOWN' ? (before?.settled ?? null) : shown }
  }
  return {
    see(states, at) {
      pulls = new Map([...states].map(([number, state]) => [number, step(number, state, at)]))
    },
    since: number => pulls.get(number)?.shown.since ?? null,
  }
}

function next({ shown, settled }: Tracked, state: MergeState, at: Instant): Seen {
  if (shown.state === state) return shown
  if (settled?.state === state) return settled
  // What comes first out of UNKNOWN may have been so long before.
  return { state, since: settled === null ? null : at }
}
