/** Samples, taken in turns so that a busy moment of the machine hits all alike. */

/** Middle and slow end of some samples, in their unit. */
export interface Summary {
  readonly p50: number
  readonly p95: number
  readonly runs: number
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), runs: sorted.length }
}

export const median = (samples: readonly number[]): number => summarize(samples).p50

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** Runs every case once a round (A B C A B C …), after one round that does not count. */
export async function interleave<Case, Sample>(
  cases: readonly Case[],
  rounds: number,
  sample: (one: Case) => Promise<Sample>,
): Promise<readonly { readonly one: Case; readonly samples: readonly Sample[] }[]> {
  const taken = cases.map(one => ({ one, samples: [] as Sample[] }))
  for (let round = 0; round <= rounds; round += 1) {
    for (const { one, samples } of taken) {
      const value = await sample(one)
      if (round > 0) samples.push(value)
    }
  }
  return taken
}
