/** The transport over SSH (ssh2 1.17): one TCP connection, everything else is a channel in it. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Client, ClientCallback } from 'ssh2'
import { GUARD_COMMAND } from '../guard.ts'
import { type Transport, TransportError, type TransportFailure } from '../transport.ts'
import { type Carrier, openChannel } from './channel.ts'
import { type ConnectionLimits, connectHost } from './connection.ts'
import { PROHIBITED } from './dial.ts'
import { type ConnectError, lostFailure, quoteHost, refused, unreachable } from './failure.ts'
import type { ResolvedHost } from './resolve.ts'
import { newSpare } from './spare.ts'
import { openTerminal } from './terminal.ts'
import { newTurns } from './turns.ts'

const LIMITS: ConnectionLimits = {
  connectTimeoutMs: 12_000,
  keepaliveMs: 5_000,
  keepaliveMisses: 2,
}

/** Longer than any answer takes on a link that is still worth using. */
const PING_MS = 15_000

/** Makes an unopened transport to a resolved host. */
export function sshTransport(
  host: ResolvedHost,
  limits: Partial<ConnectionLimits> = {},
): Transport {
  const { promise: lost, resolve: lose } = Promise.withResolvers<TransportFailure>()
  const stopping = new AbortController()
  const alive = new Set<Client>()
  let way: Client[] = []
  let opening: Promise<void> | null = null
  let ended: TransportFailure | null = null

  const start = async (command: string) => openChannel(theClient(), command, carrier)
  const spare = newSpare(GUARD_COMMAND, () => start(GUARD_COMMAND))
  const turns = newTurns(host.target, () => spare.drop())

  const carrier: Carrier = { target: host.target, isLost: () => ended !== null, onLost: new Set() }

  const end = (failure: TransportFailure) => {
    if (ended) return
    ended = failure
    for (const tell of carrier.onLost) tell()
    lose(failure)
  }

  const open = async () => {
    way = await connectHost(host, { ...LIMITS, ...limits }, stopping.signal)
    for (const client of way) watch(client)
    spare.refill()
  }
  const watch = (client: Client) => {
    let why: ConnectError | null = null
    alive.add(client)
    client.on('error', (error: ConnectError) => {
      why ??= error
    })
    // ssh2 settles its channels right after this event: they must find the link lost.
    client.on('close', () => {
      alive.delete(client)
      end(lostFailure(host.target, why))
    })
  }

  const theClient = (): Client => {
    const client = way.at(-1)
    if (ended) throw new TransportError(ended.kind === 'unreachable' ? ended : closed(host.target))
    if (!client)
      throw new TransportError(unreachable(`${host.target}: not connected`, 'connect first'))
    return client
  }

  const forward = (what: string, ask: (client: Client, done: ClientCallback) => void) =>
    new Promise<Duplex>((resolve, reject) => {
      ask(theClient(), (error, stream) => {
        if (error) reject(new TransportError(forwardFailure(host.target, what, error)))
        else resolve(stream.on('error', () => undefined))
      })
    })

  return {
    kind: 'ssh',
    target: host.target,
    lost,
    connect() {
      if (ended) return Promise.reject(new TransportError(ended))
      opening ??= open()
      return opening
    },
    async stream(command, options = {}) {
      theClient()
      const waiting = await spare.take(command)
      if (!waiting) return await turns.take(() => start(command), options)
      turns.adopt(waiting)
      return waiting
    },
    terminal: (command, options) =>
      turns.lasting(async () => openTerminal(theClient(), command, options, carrier)),
    forwardUnix: path =>
      forward(path, (client, done) => client.openssh_forwardOutStreamLocal(path, done)),
    forwardTcp: (to, port) =>
      forward(`${to}:${port}`, (client, done) => client.forwardOut('127.0.0.1', 0, to, port, done)),
    ping: () => ping(theClient(), carrier),
    async close() {
      end(closed(host.target))
      stopping.abort()
      await opening?.catch(() => undefined)
      for (const client of way.toReversed()) if (alive.has(client)) await endClient(client)
    },
  }
}

const closed = (target: string) => unreachable(`${target}: closed`, 'open a new connection')

/** A peer that no longer answers cannot make us wait: the socket is dropped after a moment. */
async function endClient(client: Client): Promise<void> {
  const gone = once(client, 'close', { signal: AbortSignal.timeout(CLOSE_MS) })
  client.end()
  await gone.catch(() => client.destroy())
}
const CLOSE_MS = 1_000

function forwardFailure(
  target: string,
  what: string,
  error: Error & { reason?: unknown },
): TransportFailure {
  const message = `${what} on ${target}: ${quoteHost(error.message)}`
  return error.reason === PROHIBITED
    ? refused(
        message,
        'allow it in its sshd_config (AllowTcpForwarding, AllowStreamLocalForwarding)',
      )
    : unreachable(message, 'see whether anything listens there')
}

/**
 * Times one global request. Cancelling a forward that was never made does nothing, and every
 * server must answer it, if only with no.
 */
function ping(client: Client, { isLost }: Carrier): Promise<number | null> {
  return new Promise(resolve => {
    const started = performance.now()
    const timer = setTimeout(() => resolve(null), PING_MS)
    client.unforwardIn('', 0, () => {
      clearTimeout(timer)
      resolve(isLost() ? null : performance.now() - started)
    })
  })
}
