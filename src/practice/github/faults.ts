/** Faults on demand: what the server does to the next requests in place of an honest answer. */

export type Fault =
  /** Answers with this status; `retryAfter` is in seconds. */
  | { kind: 'status'; status: number; retryAfter?: number }
  /** Answers honestly, but late. */
  | { kind: 'slow'; ms: number }
  /** Cuts the connection in the middle of an answer. */
  | { kind: 'cut' }

export interface Faults {
  /** The next `times` requests meet `fault`. */
  inject(fault: Fault, times?: number): void
  /** The fault that the request in hand meets, if any. */
  take(): Fault | null
  clear(): void
}

export function faults(): Faults {
  const waiting: Fault[] = []
  return {
    inject: (fault, times = 1) => waiting.push(...Array<Fault>(times).fill(fault)),
    take: () => waiting.shift() ?? null,
    clear: () => {
      waiting.length = 0
    },
  }
}
