/** Hands the terminal over and takes it back: to the shell on Ctrl-Z, to a program, to a redraw. */
import type { ReadStream } from 'node:tty'
import type { Suspend } from './keyboard.tsx'

export interface Hold {
  /** Ink's own way to let go of the terminal, once it is there. */
  ready(suspend: Suspend): void
  /** Gives the terminal to the shell and stops; goes on when the shell says `fg`. */
  stop(): Promise<void>
  /** Takes the terminal anew and draws everything: others may have written to it. */
  retake(): Promise<void>
  /** Lends the terminal, cooked and unread, until `work` is settled; null when it is lent already. */
  lend<T>(work: () => Promise<T>): Promise<T | null>
  /** Ctrl-C is then a key of whoever has the terminal. */
  readonly isLent: boolean
}

/** One round of the event loop. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

export function createHold(stdin: ReadStream): Hold {
  let suspend: Suspend | null = null
  let isLent = false

  async function lend<T>(work: () => Promise<T>): Promise<T | null> {
    if (suspend === null || isLent) return null
    isLent = true
    const held = await suspend()
    await letGo(stdin)
    try {
      return await work()
    } finally {
      // SIGCONT waits to be heard: let it pass while the terminal is still handed over.
      await turn()
      await turn()
      await held.resume()
      isLent = false
    }
  }

  return {
    ready: given => {
      suspend = given
    },
    // The whole group stops, so that a wrapper (npm, sh) does not keep the shell waiting. Where
    // nobody controls jobs the signal does nothing, and we go on at once.
    stop: async () => {
      await lend(async () => process.kill(0, 'SIGTSTP'))
    },
    retake: async () => {
      await lend(async () => {})
    },
    lend,
    get isLent() {
      return isLent
    },
  }
}

/**
 * Node reads ahead until it is paused, and would take keys from the program that they are for. A
 * stream that had a `readable` listener can be paused one turn after that went, once it flowed.
 */
async function letGo(stdin: ReadStream): Promise<void> {
  await turn()
  stdin.resume()
  stdin.pause()
  await turn()
}
