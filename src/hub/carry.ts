/** What runs on the host for one client, joined to it: input, output, size, end. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Exit, TerminalSize } from '../../adapters/transport.ts'
import { RpcFault } from '../rpc/peer.ts'

export interface StreamSink {
  /** Resolves when the client has room for more. */
  send(id: string, fd: 1 | 2, chunk: Buffer): Promise<void>
  /** Reads no more from the client until `until` is settled. */
  hold(until: Promise<unknown>): void
}

export interface Carried {
  readonly input: Writable
  readonly outputs: readonly (readonly [1 | 2, AsyncIterable<Buffer>])[]
  readonly exit: Promise<Exit>
  close(): void
  resize?(size: TerminalSize): void
}

export function newCarrier(sink: StreamSink) {
  const cancels = new Map<string, AbortController>()
  const inputs = new Map<string, (data: Buffer | null) => void>()
  const sizes = new Map<string, (size: TerminalSize) => void>()

  const begin = (id: string): AbortController => {
    if (cancels.has(id)) throw new RpcFault(`a run named ${id} is under way already`)
    const controller = new AbortController()
    cancels.set(id, controller)
    return controller
  }
  const end = (id: string) => {
    for (const map of [cancels, inputs, sizes]) map.delete(id)
  }

  return {
    /** Runs what needs no input, cancelled by its name. */
    async named<T>(id: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const controller = begin(id)
      try {
        return await run(controller.signal)
      } finally {
        end(id)
      }
    },

    /** What the client sends before `open` is done is kept for it. Rejects as `open` does. */
    async carry(
      id: string,
      open: () => Promise<Carried>,
    ): Promise<{ exit: Exit; isLeft: boolean }> {
      const { signal } = begin(id)
      const early: (Buffer | null)[] = []
      let size: TerminalSize | null = null
      inputs.set(id, data => early.push(data))
      sizes.set(id, given => {
        size = given
      })
      try {
        const carried = await open()
        const { input, outputs } = carried
        const write = (data: Buffer | null) => {
          if (data === null) input.end()
          else if (!input.write(data)) sink.hold(once(input, 'drain'))
        }
        input.on('error', () => carried.close())
        early.forEach(write)
        inputs.set(id, write)
        if (carried.resize) {
          if (size !== null) carried.resize(size)
          sizes.set(id, given => carried.resize?.(given))
        }
        signal.addEventListener('abort', () => carried.close())
        if (signal.aborted) carried.close()
        const pump = async ([fd, stream]: Carried['outputs'][number]) => {
          for await (const chunk of stream) await sink.send(id, fd, chunk)
        }
        const [exit] = await Promise.all([carried.exit, ...outputs.map(pump)])
        return { exit, isLeft: signal.aborted }
      } finally {
        end(id)
      }
    },

    input: (id: string, data: Buffer | null): void => inputs.get(id)?.(data),
    resize: (id: string, size: TerminalSize): void => sizes.get(id)?.(size),
    cancel: (id: string): void => cancels.get(id)?.abort(),
    endAll(): void {
      for (const controller of cancels.values()) controller.abort()
    },
  }
}
