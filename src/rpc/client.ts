/** A client's end of the hub's socket. */
import type { Socket } from 'node:net'
import type { HubClient } from './client-api.ts'
import type { HubEvents, HubMethod, HubParams, HubResult } from './hub-api.ts'
import { HUB_METHODS } from './hub-api.ts'
import { type Handlers, openPeer } from './peer.ts'
import { parseResult } from './serve.ts'

export interface SocketClient extends HubClient {
  /** Resolves when what was sent has left: for a client with much to send. */
  drained(): Promise<void>
}

export function clientOver(socket: Socket): SocketClient {
  const listeners: { [E in keyof HubEvents]: Set<(payload: HubEvents[E]) => void> } = {
    facts: new Set(),
    journal: new Set(),
    output: new Set(),
    dispatched: new Set(),
  }
  const handlers: Handlers = {}
  // The hub is ours, of the same protocol, behind a 0700 directory: its events are trusted.
  for (const [event, set] of Object.entries(listeners) as [string, Set<(p: unknown) => void>][]) {
    handlers[event] = payload => {
      for (const listener of set) listener(payload)
    }
  }
  const wire = { input: socket, output: socket, destroy: () => socket.destroy() }
  const peer = openPeer(wire, handlers)
  return {
    async request<M extends HubMethod>(method: M, params: HubParams<M>): Promise<HubResult<M>> {
      return parseResult(HUB_METHODS, method, await peer.request(method, params as object))
    },
    on(event, listener) {
      listeners[event].add(listener)
      return () => listeners[event].delete(listener)
    },
    notify: (event, payload) => {
      peer.notify(event, payload)
    },
    drained: () => peer.drained(),
    hold: until => {
      socket.pause()
      until.catch(() => undefined).finally(() => socket.resume())
    },
    closed: peer.closed,
    close: () => peer.close(),
  }
}
