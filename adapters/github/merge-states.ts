/** Since when each pull request of a repository has its merge state, as far as we saw. */
import type { Instant } from '../../state/facts.ts'
import type { MergeState } from '../../state/words.ts'

interface Seen {
  state: MergeState
  /** Null when it had this state before we first looked. */
  since: Instant | null
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
  let pulls = new Map<number, { shown: Seen; settled: Seen | null }>()
  const step = (number: number, state: MergeState, at: Instant) => {
    const before = pulls.get(number)
    const shown =
      before === undefined
        ? { state, since: null }
        : before.shown.state === state
          ? before.shown
          : before.settled?.state === state
            ? before.settled
            : { state, since: at }
    return { shown, settled: state === 'UNKNOWN' ? (before?.settled ?? null) : shown }
  }
  return {
    see(states, at) {
      pulls = new Map([...states].map(([number, state]) => [number, step(number, state, at)]))
    },
    since: number => pulls.get(number)?.shown.since ?? null,
  }
}
