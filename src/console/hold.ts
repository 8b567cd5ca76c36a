/** Hands the terminal over and takes it back: to the shell on Ctrl-Z, and for a fresh drawing. */
import type { Suspend } from './keyboard.tsx'

export interface Hold {
  /** Ink's own way to let go of the terminal, once it is there. */
  ready(suspend: Suspend): void
  /** Gives the terminal to the shell and stops; goes on when the shell says `fg`. */
  stop(): Promise<void>
  /** Takes the terminal anew and draws everything: others may have written to it. */
  retake(): Promise<void>
}

/** One round of the event loop. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

export function createHold(): Hold {
  let suspend: Suspend | null = null
  let handedOver = false

  async function handOver(meanwhile: () => void): Promise<void> {
    if (suspend === null || handedOver) return
    handedOver = true
    const held = await suspend()
    meanwhile()
    // SIGCONT waits to be heard: let it pass while the terminal is still handed over.
    await turn()
    await turn()
    await held.resume()
    handedOver = false
  }

  return {
    ready: given => {
      suspend = given
    },
    // The whole group stops, so that a wrapper (npm, sh) does not keep the shell waiting. Where
    // nobody controls jobs the signal does nothing, and we go on at once.
    stop: () => handOver(() => process.kill(0, 'SIGTSTP')),
    retake: () => handOver(() => {}),
  }
}
