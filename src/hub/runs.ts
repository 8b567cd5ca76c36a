/**
 * Commands that clients run on the host. Reads run side by side; writes wait for one another, and
 * are journaled before they start and after they end. A transport failure is never the command's.
 */
import PQueue from 'p-queue'
import {
  type Outcome,
  type OutputHandler,
  runScript,
  runSerialized,
} from '../../adapters/remote-shell.ts'
import type { Ready } from './link.ts'

export interface RunRequest {
  script: string
  serial: boolean
  /** Who asks, for the lock on the host. */
  label: string
  breakLock: boolean
}

export interface RunsDeps {
  ready(): Promise<Ready>
  /** Journals a write before it starts; returns what journals how it ended. */
  intend(request: RunRequest): (outcome: Outcome) => void
}

export interface Runs {
  run(request: RunRequest, onOutput: OutputHandler, signal: AbortSignal): Promise<Outcome>
  readonly running: number
  readonly waiting: number
}

export function newRuns(deps: RunsDeps): Runs {
  const writes = new PQueue({ concurrency: 1 })
  let reads = 0

  /** A read that got nothing before the link fell is asked once more on the next link. */
  const read = async (request: RunRequest, onOutput: OutputHandler, signal: AbortSignal) => {
    for (let again = true; ; again = false) {
      const link = await deps.ready()
      if (link.kind === 'transport') return link
      let heard = false
      const outcome = await runScript(link.transport, request.script, {
        signal,
        onOutput: (fd, data) => {
          heard = true
          return onOutput(fd, data)
        },
      })
      const mayRepeat = outcome.kind === 'transport' && !heard && again && !signal.aborted
      if (!mayRepeat) return outcome
    }
  }

  const write = async (request: RunRequest, onOutput: OutputHandler, signal: AbortSignal) => {
    const link = await deps.ready()
    if (link.kind === 'transport') return link
    const ended = deps.intend(request)
    const { label, breakLock } = request
    const options = { label, breakLock, signal, onOutput }
    const outcome = await runSerialized(link.transport, request.script, options)
    ended(outcome)
    return outcome
  }

  return {
    async run(request, onOutput, signal) {
      if (request.serial) return await writes.add(() => write(request, onOutput, signal))
      reads += 1
      try {
        return await read(request, onOutput, signal)
      } finally {
        reads -= 1
      }
    },
    get running() {
      return reads + writes.pending
    },
    get waiting() {
      return writes.size
    },
  }
}
