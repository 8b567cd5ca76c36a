/** The commands of one client that run now: their output, input and end. */
import { once } from 'node:events'
import * as z from 'zod'
import { TransportError } from '../../adapters/transport.ts'
import type { RunOutcome } from '../rpc/hub-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { HubParts } from './hub-parts.ts'
import type { RunRequest } from './runs.ts'

const InputEvent = z.object({ id: z.string(), data: z.string().nullable() })
const CancelEvent = z.object({ id: z.string() })

export interface StreamSink {
  /** Resolves when the client has room for more. */
  send(id: string, fd: 1 | 2, chunk: Buffer): Promise<void>
  /** Reads no more from the client until `until` is settled. */
  hold(until: Promise<unknown>): void
}

export function newStreams(parts: HubParts, sink: StreamSink) {
  const cancels = new Map<string, AbortController>()
  const inputs = new Map<string, (data: Buffer | null) => void>()

  const begin = (id: string): AbortController => {
    if (cancels.has(id)) throw new RpcFault(`a run named ${id} is under way already`)
    const controller = new AbortController()
    cancels.set(id, controller)
    return controller
  }

  return {
    async run(id: string, request: RunRequest): Promise<RunOutcome> {
      const controller = begin(id)
      try {
        return await parts.runs.run(
          request,
          (fd, chunk) => sink.send(id, fd, chunk),
          controller.signal,
        )
      } finally {
        cancels.delete(id)
      }
    },

    /** A raw command with its three streams: for rsync and git, which end at EOF by themselves. */
    async rsh(id: string, command: string, readyMs: number): Promise<RunOutcome> {
      const controller = begin(id)
      const early: (Buffer | null)[] = []
      inputs.set(id, data => early.push(data))
      try {
        const link = await parts.link.ready(readyMs)
        if (link.kind === 'transport') return link
        const channel = await link.transport.stream(command)
        const write = (data: Buffer | null) => {
          if (data === null) channel.stdin.end()
          else if (!channel.stdin.write(data)) sink.hold(once(channel.stdin, 'drain'))
        }
        channel.stdin.on('error', () => channel.close())
        early.forEach(write)
        inputs.set(id, write)
        controller.signal.addEventListener('abort', () => channel.close())
        const pump = async (fd: 1 | 2, stream: AsyncIterable<Buffer>) => {
          for await (const chunk of stream) await sink.send(id, fd, chunk)
        }
        const [exit] = await Promise.all([
          channel.exit,
          pump(1, channel.stdout),
          pump(2, channel.stderr),
        ])
        return { kind: 'exit', exit }
      } catch (error) {
        if (error instanceof TransportError) return { kind: 'transport', failure: error.failure }
        throw error
      } finally {
        cancels.delete(id)
        inputs.delete(id)
      }
    },

    input(params: unknown): void {
      const event = InputEvent.parse(params)
      inputs.get(event.id)?.(event.data === null ? null : Buffer.from(event.data, 'base64'))
    },

    cancel(params: unknown): void {
      cancels.get(CancelEvent.parse(params).id)?.abort()
    },

    endAll(): void {
      for (const controller of cancels.values()) controller.abort()
    },
  }
}
