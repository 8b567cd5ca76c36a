/**
 * One command started ahead of its use, which waits at its stdin. To start one takes a host two
 * round trips and some processes; with a spare, a script costs one round trip.
 */
import type { Channel } from '../transport.ts'

/** Beside the turns and the probe; with them ten sessions, as sshd allows. */
const AT_ONCE = 2

export interface Spare {
  /** The spare one, if there is one of that command; another is started in its place. */
  take(command: string): Promise<Channel | null>
  /** Starts one, unless enough are there. */
  refill(): void
  /** Gives its session up. */
  drop(): void
}

export function newSpare(ofCommand: string, open: () => Promise<Channel>): Spare {
  let spare: Promise<Channel> | null = null
  let taken = 0

  const refill = () => {
    if (spare || taken >= AT_ONCE) return
    const opening = open()
    const forget = () => {
      if (spare === opening) spare = null
    }
    spare = opening
    opening.then(channel => channel.exit.then(forget, forget), forget)
  }
  const untake = () => {
    taken -= 1
    refill()
  }

  return {
    async take(command) {
      if (command !== ofCommand || !spare) return null
      const opening = spare
      spare = null
      taken += 1
      try {
        const channel = await opening
        channel.exit.then(untake, untake)
        refill()
        return channel
      } catch {
        // Whoever wanted it opens one in turn, and meets the reason there.
        taken -= 1
        return null
      }
    },
    refill,
    drop() {
      spare?.then(
        channel => channel.close(),
        () => undefined,
      )
      spare = null
    },
  }
}
