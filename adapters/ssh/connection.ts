/** Opens the one connection: over its jumps when it has any, each hop checked like the host. */
import type { Duplex } from 'node:stream'
import { Client, type ServerHostKeyAlgorithm } from 'ssh2'
import { TransportError, type TransportFailure } from '../transport.ts'
import { addressOf, dialHost, dialThrough } from './dial.ts'
import { type ConnectError, connectFailure, quoteHost, refused, unreachable } from './failure.ts'
import { keyFailure, offeredAlgorithms } from './host-key.ts'
import { prepareSignIn, type SignIn } from './identities.ts'
import { type KnownKey, knownHostName, lookUpHost } from './known-hosts.ts'
import type { ResolvedHost } from './resolve.ts'
import { isPassing, offerInTurn, signInFailure } from './sign-in.ts'

export interface ConnectionLimits {
  /** For the TCP connection, and again for the handshake, of each hop. */
  connectTimeoutMs: number
  /** A keepalive goes out this often; the link is lost after `keepaliveMisses` + 1 unanswered. */
  keepaliveMs: number
  keepaliveMisses: number
}

/** A host with everything that its handshake needs, read beforehand. */
interface Hop {
  host: ResolvedHost
  known: KnownKey[]
  signIn: SignIn
  timeoutMs: number
}

/**
 * Connects to `host`. Returns the clients of the whole way, the host's own last. Rejects with
 * TransportError and leaves nothing open.
 */
export async function connectHost(
  host: ResolvedHost,
  limits: ConnectionLimits,
  signal: AbortSignal,
): Promise<Client[]> {
  const hosts = [...host.jumps, host]
  refuseProxyCommand(hosts[0] ?? host)
  const way = await Promise.all(hosts.map(each => prepare(each, limits)))
  const clients: Client[] = []
  try {
    for (const hop of way) {
      const jump = clients.at(-1)
      const socket = jump
        ? await dialThrough(jump, hop.host)
        : await dialHost(hop.host, hop.timeoutMs, signal)
      clients.push(await shakeHands(hop, socket, limits, signal))
    }
    return clients
  } catch (error) {
    for (const client of clients.toReversed()) client.end()
    throw error
  }
}

function refuseProxyCommand({ target, proxyCommand }: ResolvedHost): void {
  if (proxyCommand === null) return
  const mend = 'reach it by ProxyJump, or set `ProxyCommand none` for it'
  throw new TransportError(refused(`${target} is behind a ProxyCommand: not supported`, mend))
}

async function prepare(host: ResolvedHost, limits: ConnectionLimits): Promise<Hop> {
  const files = [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles]
  const [known, signIn] = await Promise.all([
    lookUpHost(knownHostName(host), files),
    prepareSignIn(host),
  ])
  return { host, known, signIn, timeoutMs: host.connectTimeoutMs ?? limits.connectTimeoutMs }
}

function shakeHands(
  { host, known, signIn, timeoutMs }: Hop,
  socket: Duplex,
  limits: ConnectionLimits,
  signal: AbortSignal,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client()
    let keyVerdict: TransportFailure | null = null
    const settle = () => {
      signal.removeEventListener('abort', giveUp)
      client.off('close', hungUp)
    }
    const fail = (failure: TransportFailure) => {
      settle()
      client.destroy()
      reject(new TransportError(failure))
    }
    const giveUp = () => fail(unreachable(`${host.target}: given up`, 'connect again'))
    const hungUp = () => fail(connectFailure(addressOf(host), new Error('the host hung up')))
    signal.addEventListener('abort', giveUp, { once: true })
    client.once('close', hungUp)
    client.on('error', (error: ConnectError) => {
      if (isPassing(error)) signIn.notes.push(quoteHost(error.message))
      else {
        const why = keyVerdict ?? signInFailure(host, signIn, error)
        fail(why ?? connectFailure(addressOf(host), error))
      }
    })
    client.once('ready', () => {
      settle()
      // Its end is told by `close`; without a listener an error would end the process.
      client.removeAllListeners('error').on('error', () => undefined)
      resolve(client)
    })
    client.connect({
      sock: socket,
      username: host.user,
      readyTimeout: timeoutMs,
      keepaliveInterval: limits.keepaliveMs,
      keepaliveCountMax: limits.keepaliveMisses,
      algorithms: {
        serverHostKey: offeredAlgorithms(known, host.hostKeyAlgorithms) as ServerHostKeyAlgorithm[],
      },
      // Servers other than OpenSSH forward Unix sockets too: ask, and take no for an answer.
      strictVendor: false,
      hostVerifier: (key: Buffer) => {
        keyVerdict = keyFailure(host, key, known)
        return keyVerdict === null
      },
      authHandler: offerInTurn(signIn),
    })
    if (signal.aborted) giveUp()
  })
}
