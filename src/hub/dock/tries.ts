/** Steps that failed are tried again, each time after twice as long: what refuses is not hammered. */

export interface Tries {
  /** Whether its time has come. */
  mayTry(step: number): boolean
  failed(step: number, why: string): void
  worked(step: number): void
  /** Why the one that waits longest failed; null when none waits. */
  trouble(): string | null
}

/** The first failure may be gone by the next look: only the second one is waited after. */
const FIRST_MS = 10_000
const MOST_MS = 5 * 60_000

export function newTries(now: () => number): Tries {
  const waiting = new Map<number, { times: number; until: number; why: string }>()
  return {
    mayTry: step => now() >= (waiting.get(step)?.until ?? 0),
    failed: (step, why) => {
      const times = (waiting.get(step)?.times ?? 0) + 1
      const wait = times === 1 ? 0 : Math.min(MOST_MS, FIRST_MS * 2 ** (times - 2))
      waiting.set(step, { times, until: now() + wait, why })
    },
    worked: step => void waiting.delete(step),
    trouble: () => waiting.values().next().value?.why ?? null,
  }
}
