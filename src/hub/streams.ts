/** The commands and terminals of one client that run now. */
import * as z from 'zod'
import { TransportError } from '../../adapters/transport.ts'
import type { HubParams, RunOutcome } from '../rpc/hub-api.ts'
import { ResizeEvent, type TerminalEnded } from '../rpc/terminal-api.ts'
import { newCarrier, type StreamSink } from './carry.ts'
import type { HubParts } from './hub-parts.ts'
import { laneTerminal } from './lane-terminal.ts'
import type { RunRequest } from './runs.ts'

const InputEvent = z.object({ id: z.string(), data: z.string().nullable() })
const CancelEvent = z.object({ id: z.string() })

export function newStreams(parts: HubParts, sink: StreamSink, readyMs: number) {
  const carrier = newCarrier(sink)
  return {
    run: (id: string, request: RunRequest): Promise<RunOutcome> =>
      carrier.named(id, signal =>
        parts.runs.run(request, (fd, chunk) => sink.send(id, fd, chunk), signal),
      ),

    /** A raw command with its three streams: for rsync and git, which end at EOF by themselves. */
    async rsh(id: string, command: string): Promise<RunOutcome> {
      try {
        const { exit } = await carrier.carry(id, async () => {
          const ready = await parts.link.ready(readyMs)
          if (ready.kind === 'transport') throw new TransportError(ready.failure)
          const channel = await ready.transport.stream(command)
          const { stdin: input, stdout, stderr } = channel
          return {
            ...channel,
            input,
            outputs: [
              [1, stdout],
              [2, stderr],
            ],
          }
        })
        return { kind: 'exit', exit }
      } catch (error) {
        if (error instanceof TransportError) return { kind: 'transport', failure: error.failure }
        throw error
      }
    },

    terminal: ({ id, ...asked }: HubParams<'terminal'>): Promise<TerminalEnded> =>
      laneTerminal(parts, asked, open => carrier.carry(id, open), readyMs),

    input(params: unknown): void {
      const { id, data } = InputEvent.parse(params)
      carrier.input(id, data === null ? null : Buffer.from(data, 'base64'))
    },

    resize(params: unknown): void {
      const { id, size } = ResizeEvent.parse(params)
      carrier.resize(id, size)
    },

    cancel: (params: unknown): void => carrier.cancel(CancelEvent.parse(params).id),
    endAll: carrier.endAll,
  }
}
