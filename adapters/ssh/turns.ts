/**
 * Turns for session channels. sshd allows few at once (MaxSessions, 10 by default) and loses
 * count for a moment when one is reused at once: few run side by side, and a refusal is retried.
 */
import PQueue from 'p-queue'
import pRetry from 'p-retry'
import { type Channel, type StreamOptions, TransportError } from '../transport.ts'
import { NoFreeSession } from './channel.ts'
import { refused } from './failure.ts'

const SHORT_AT_ONCE = 4
/** A command that runs longer gives its turn back, so that a few long ones do not stop the rest. */
const LONG_AFTER_MS = 5_000
/** With the short ones, the spare ones and the probe these are 10. */
const LONG_AT_ONCE = 3
/** How long the host may refuse while nothing of ours is about to end. */
const PATIENCE_MS = 5_000
const RETRY = { minTimeout: 20, maxTimeout: 250, factor: 2, randomize: true }

export interface Turns {
  /** Waits for a turn, then opens. Rejects with TransportError, or the signal's reason. */
  take(open: () => Promise<Channel>, options: StreamOptions): Promise<Channel>
  /** Opens what lasts: it waits for a session, and for no turn. Rejects as `take`. */
  lasting<T>(open: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Counts a channel that was opened without a turn. */
  adopt(channel: Channel): void
}

/** `makeRoom` is called when the host has no session left: it ends one that can be spared. */
export function newTurns(target: string, makeRoom: () => void): Turns {
  const queue = new PQueue({ concurrency: SHORT_AT_ONCE })
  const open = new Set<Channel>()
  const long = new Set<Channel>()

  const openPatiently = async <T>(start: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    let refusedSince: number | null = null
    const mayFree = () => {
      makeRoom()
      refusedSince = open.size > long.size ? null : (refusedSince ?? Date.now())
      return refusedSince === null || Date.now() - refusedSince < PATIENCE_MS
    }
    try {
      return await pRetry(start, {
        ...RETRY,
        retries: Number.POSITIVE_INFINITY,
        shouldRetry: ({ error }) => error instanceof NoFreeSession && mayFree(),
        ...(signal && { signal }),
      })
    } catch (error) {
      if (!(error instanceof NoFreeSession)) throw error
      const message = `${target} allows no further session beside our ${long.size + 1}`
      throw new TransportError(
        refused(message, 'raise MaxSessions in its sshd_config (10 is usual)'),
      )
    }
  }

  /** Resolves when the turn is free again. */
  const turnOver = async (channel: Channel): Promise<void> => {
    open.add(channel)
    let timer: NodeJS.Timeout | undefined
    const over = () => {
      clearTimeout(timer)
      long.delete(channel)
      open.delete(channel)
    }
    const grownLong = new Promise<void>(resolve => {
      timer = setTimeout(() => {
        if (long.size >= LONG_AT_ONCE) return
        long.add(channel)
        resolve()
      }, LONG_AFTER_MS)
    })
    await Promise.race([channel.exit.then(over, over), grownLong])
  }

  return {
    lasting: openPatiently,
    adopt: channel => void turnOver(channel),
    take(start, options) {
      const { lasting, signal } = options
      if (lasting) return openPatiently(start, signal)
      return new Promise((resolve, reject) => {
        const run = async () => {
          const channel = await openPatiently(start, signal)
          resolve(channel)
          await turnOver(channel)
        }
        queue.add(run, signal ? { signal } : {}).catch(reject)
      })
    },
  }
}
