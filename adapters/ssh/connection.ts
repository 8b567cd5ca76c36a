/** Opens the one connection: over its jumps when it has any, each hop checked like the host. */
import { connect as dial, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type AuthHandlerMiddleware, Client } from 'ssh2'
import { TransportError, type TransportFailure } from '../transport.ts'
import { type ConnectError, connectFailure, quoteHost, refused, unreachable } from './failure.ts'
import { keyFailure, offeredAlgorithms } from './host-key.ts'
import { prepareSignIn, type SignIn } from './identities.ts'
import { knownHostName, lookUpHost } from './known-hosts.ts'
import type { ResolvedHost } from './resolve.ts'

export interface ConnectionLimits {
  /** For the TCP connection, and again for the handshake, of each hop. */
  connectTimeoutMs: number
  /** An unanswered keepalive every so often; the connection is lost after `keepaliveMisses` + 1. */
  keepaliveMs: number
  keepaliveMisses: number
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
  const way = [...host.jumps, host]
  refuseProxyCommand(way[0] ?? host)
  const clients: Client[] = []
  try {
    for (const hop of way) {
      const before = clients.at(-1)
      const socket = before ? await forward(before, hop) : await dialHost(hop, limits, signal)
      clients.push(await signInTo(hop, socket, limits, signal))
    }
    return clients
  } catch (error) {
    for (const client of clients.toReversed()) client.end()
    throw error
  }
}

function refuseProxyCommand({ target, proxyCommand }: ResolvedHost): void {
  if (proxyCommand === null) return
  const mend = 'use ProxyJump for this host, or `ProxyCommand none` in a file for --ssh-config'
  throw new TransportError(refused(`${target} needs a ProxyCommand: not supported`, mend))
}

const addressOf = (host: ResolvedHost) => `${host.hostname}:${host.port}`

function dialHost(
  host: ResolvedHost,
  limits: ConnectionLimits,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = dial({ host: host.hostname, port: host.port, noDelay: true })
    const fail = (error: ConnectError) => {
      clearTimeout(timer)
      socket.destroy()
      reject(new TransportError(connectFailure(addressOf(host), error)))
    }
    const timedOut = Object.assign(new Error('no answer in time'), { level: 'client-timeout' })
    const timer = setTimeout(() => fail(timedOut), timeoutOf(host, limits))
    const stop = () => fail(new Error('given up'))
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.off('error', fail)
      resolve(socket)
    })
    if (signal.aborted) stop()
  })
}

const timeoutOf = (host: ResolvedHost, limits: ConnectionLimits) =>
  host.connectTimeoutMs ?? limits.connectTimeoutMs

function forward(through: Client, to: ResolvedHost): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    through.forwardOut('127.0.0.1', 0, to.hostname, to.port, (error, stream) => {
      if (!error) return resolve(stream)
      const message = `the jump host cannot reach ${addressOf(to)}: ${quoteHost(error.message)}`
      reject(new TransportError(unreachable(message, 'check the ProxyJump and AllowTcpForwarding')))
    })
  })
}

async function signInTo(
  host: ResolvedHost,
  socket: Duplex,
  limits: ConnectionLimits,
  signal: AbortSignal,
): Promise<Client> {
  // Whatever comes over the socket from now on is ssh2's, which is not there yet.
  const early = (error: Error) => void (broken ??= error)
  let broken: Error | null = null
  socket.on('error', early)
  const files = [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles]
  const [known, signIn] = await Promise.all([
    lookUpHost(knownHostName(host), files),
    prepareSignIn(host),
  ])
  let keyVerdict: TransportFailure | null = null
  const client = new Client()
  return await new Promise((resolve, reject) => {
    let ready = false
    const fail = (failure: TransportFailure) => {
      if (ready) return
      signal.removeEventListener('abort', stop)
      client.destroy()
      socket.destroy()
      reject(new TransportError(failure))
    }
    const stop = () => fail(unreachable(`${host.target}: given up`, 'connect again'))
    signal.addEventListener('abort', stop, { once: true })
    // This one stays: whoever owns the client learns of its end by `close`.
    client.on('error', (error: ConnectError) => {
      if (isPassing(error)) signIn.notes.push(quoteHost(error.message))
      else fail(keyVerdict ?? whyNot(host, error, signIn))
    })
    const hungUp = () => fail(connectFailure(addressOf(host), new Error('the host hung up')))
    client.once('close', hungUp)
    client.once('ready', () => {
      signal.removeEventListener('abort', stop)
      client.off('close', hungUp)
      ready = true
      resolve(client)
    })
    if (broken || signal.aborted) return stop()
    client.connect({
      sock: socket,
      username: host.user,
      readyTimeout: timeoutOf(host, limits),
      keepaliveInterval: limits.keepaliveMs,
      keepaliveCountMax: limits.keepaliveMisses,
      algorithms: { serverHostKey: offeredAlgorithms(known, host.hostKeyAlgorithms) as never },
      // Servers other than OpenSSH forward Unix sockets too; ask, and take no for an answer.
      strictVendor: false,
      hostVerifier: (key: Buffer) => {
        keyVerdict = keyFailure(host, key, known)
        return keyVerdict === null
      },
      authHandler: offerInTurn(signIn),
    })
  })
}

/** One key that failed to sign; ssh2 goes on to the next by itself. */
const isPassing = (error: ConnectError) =>
  error.level === 'agent' || /^Error (while )?signing/.test(error.message)

const NOTHING_LEFT = false as never

function offerInTurn({ methods, notes }: SignIn): AuthHandlerMiddleware {
  const left = [...methods]
  return (allowed, partial, next) => {
    if (partial) notes.push('the host wants a second factor: not supported')
    const pointless = partial || !(allowed ?? ['publickey']).includes('publickey')
    // `false` says that there is nothing left to try; the types leave it out.
    next(pointless ? NOTHING_LEFT : (left.shift() ?? NOTHING_LEFT))
  }
}

function whyNot(host: ResolvedHost, error: ConnectError, signIn: SignIn): TransportFailure {
  const tooMany = /too many authentication failures/i.test(error.message)
  if (error.level !== 'client-authentication' && !tooMany) {
    return connectFailure(addressOf(host), error)
  }
  const tried =
    signIn.methods.length === 0 ? 'there is no key to offer' : 'it took none of our keys'
  const why = tooMany ? 'it cut us off after too many keys' : tried
  const notes = signIn.notes.length === 0 ? '' : ` (${signIn.notes.join('; ')})`
  const mend = tooMany
    ? 'name the right key: IdentityFile with IdentitiesOnly yes'
    : 'ssh-add the key, or name it with IdentityFile; only keys are used, never passwords'
  return refused(`${host.target} does not let ${host.user} in: ${why}${notes}`, mend)
}
