/**
 * One end of a JSON-RPC 2.0 conversation over ndjson: both sides ask, answer and notify. The hub's
 * socket and the probe's channel are two such conversations.
 */
import type { Readable, Writable } from 'node:stream'
import {
  JSONRPCClient,
  JSONRPCErrorException,
  JSONRPCServer,
  JSONRPCServerAndClient,
} from 'json-rpc-2.0'
import { readLines, writeLine } from './ndjson.ts'

/** An answer that is an error, or no answer because the other side is gone. */
export class RpcFault extends Error {
  override readonly name: string = 'RpcFault'
  readonly data: unknown
  constructor(message: string, data: unknown = null) {
    super(message)
    this.data = data
  }
}

/** It was understood, and may not be done: nothing was. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof RpcFault &&
  typeof error.data === 'object' &&
  error.data !== null &&
  'refused' in error.data

/** No answer, because the other side is gone: whether it did what was asked is unknown. */
export class RpcGone extends RpcFault {
  override readonly name = 'RpcGone'
}

export interface Wire {
  readonly input: Readable
  readonly output: Writable
  /** Ends both directions now. */
  destroy(): void
}

export interface Peer {
  request(method: string, params: object): Promise<unknown>
  /** False when the other side lags: its socket's buffer is over the high-water mark. */
  notify(method: string, params: object): boolean
  /** Resolves when what was written has left this process, or the wire is gone. */
  drained(): Promise<void>
  readonly closed: Promise<void>
  close(): void
}

/** Handlers by method name. Requests answer with a value; notifications return nothing. */
export type Handlers = Record<string, (params: unknown) => unknown>

const FAULT_CODE = -32_000

export function openPeer(wire: Wire, handlers: Handlers): Peer {
  const { input, output } = wire
  let closedBy: string | null = null
  const server = new JSONRPCServer({ errorListener: () => {} })
  // The other side may be shown what went wrong, never our stack.
  server.mapErrorToJSONRPCErrorResponse = (id, error: unknown) => {
    const fault = error instanceof RpcFault ? error : null
    const message = error instanceof Error ? error.message : String(error)
    return { jsonrpc: '2.0', id, error: { code: FAULT_CODE, message, data: fault?.data ?? null } }
  }
  const client = new JSONRPCClient(message => {
    if (closedBy !== null) return Promise.reject(new Error(closedBy))
    writeLine(output, message)
    return Promise.resolve()
  })
  const both = new JSONRPCServerAndClient(server, client, { errorListener: () => {} })
  for (const [name, handler] of Object.entries(handlers)) both.addMethod(name, handler)

  const closed = new Promise<void>(resolve => {
    const end = (reason: string) => {
      if (closedBy !== null) return
      closedBy = reason
      both.rejectAllPendingRequests(reason)
      wire.destroy()
      resolve()
    }
    readLines(
      input,
      line => {
        let message: unknown
        try {
          message = JSON.parse(line)
        } catch {
          end('the other side sent a line that is not JSON')
          return
        }
        both.receiveAndSend(message, undefined, undefined).catch((error: unknown) => {
          end(`the other side sent a message that is not JSON-RPC: ${String(error)}`)
        })
      },
      () => end('the other side sent a line over the size limit'),
    )
    input.once('end', () => end('the other side closed the connection'))
    input.once('close', () => end('the connection closed'))
    input.once('error', error => end(error.message))
    output.once('error', error => end(error.message))
    output.once('close', () => end('the connection closed'))
  })

  return {
    async request(method, params) {
      try {
        return await both.request(method, params, undefined)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        if (message === closedBy) throw new RpcGone(message)
        throw new RpcFault(message, error instanceof JSONRPCErrorException ? error.data : null)
      }
    },
    notify: (method, params) =>
      closedBy === null && writeLine(output, { jsonrpc: '2.0', method, params }),
    drained: () =>
      closedBy !== null || !output.writableNeedDrain
        ? Promise.resolve()
        : Promise.race([
            new Promise<void>(resolve => {
              output.once('drain', resolve)
            }),
            closed,
          ]),
    closed,
    close: () => {
      wire.destroy()
    },
  }
}
