/** How long runs take and how many are green, by the last ones that we saw begin and end. */
import type { Pace } from '../../engine/queue/estimate.ts'
import type { TrainTests } from './train-tests.ts'

const KEPT = 20

export function newPaceMeter(now: () => number) {
  const begun = new Map<string, number>()
  let runs: { ms: number; isGreen: boolean }[] = []
  return {
    began: (commit: string): void => {
      if (!begun.has(commit)) begun.set(commit, now())
    },
    ended: (commit: string, isGreen: boolean): void => {
      const from = begun.get(commit)
      if (from === undefined) return
      begun.delete(commit)
      runs = [...runs, { ms: now() - from, isGreen }].slice(-KEPT)
    },
    /** Null until one run has ended. */
    pace: (): Pace | null => {
      if (runs.length === 0) return null
      const sorted = runs.map(({ ms }) => ms).toSorted((a, b) => a - b)
      const green = runs.filter(({ isGreen }) => isGreen).length
      // One red of two would promise nothing: a run that was not seen yet counts as green.
      const pass = (green + 1) / (runs.length + 1)
      return { runMs: sorted[Math.floor(sorted.length / 2)] ?? 0, pass }
    },
  }
}

/** Tests whose runs are measured. */
export const metered = (tests: TrainTests, meter: ReturnType<typeof newPaceMeter>): TrainTests => ({
  ...tests,
  start: async (train, commit) => {
    const came = await tests.start(train, commit)
    if (came === 'begun') meter.began(commit)
    return came
  },
  verdict: async (train, commit) => {
    const verdict = await tests.verdict(train, commit)
    if (verdict !== null) meter.ended(commit, verdict.isGreen)
    return verdict
  },
})
