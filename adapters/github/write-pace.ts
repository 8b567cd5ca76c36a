/**
 * Writes go one at a time with a pause between them, as GitHub asks; once it says to wait, none is
 * sent until then. One of these serves an account.
 */
import PQueue from 'p-queue'
import type { Came } from './came.ts'

export interface WritePace {
  /** Sends when its turn has come; answers `limited` without sending while it must wait. */
  turn<T extends object>(send: () => Promise<Came<T>>): Promise<Came<T>>
}

const GAP_MS = 1_000

export interface WritePaceDeps {
  now(): number
  wait(ms: number): Promise<void>
}

export function newWritePace({ now, wait }: WritePaceDeps): WritePace {
  const turns = new PQueue({ concurrency: 1 })
  let last = Number.NEGATIVE_INFINITY
  let until = Number.NEGATIVE_INFINITY
  return {
    turn: send =>
      turns.add(async () => {
        if (now() < until) return { kind: 'limited', waitMs: until - now() }
        const left = last + GAP_MS - now()
        if (left > 0) await wait(left)
        const came = await send()
        last = now()
        if (came.kind === 'limited') until = last + came.waitMs
        return came
      }),
  }
}
