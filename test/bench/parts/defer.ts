/** Ends what was started, last first, however the work ended. */

export type Defer = (end: () => unknown) => void

export async function withEnds<T>(work: (defer: Defer) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = []
  try {
    return await work(end => ends.push(end))
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}
