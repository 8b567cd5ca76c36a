/** The practice host's SSH server: ssh2 on loopback, one user, one key, limits as sshd has them. */
import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Session } from 'ssh2'
import { type SshCounters, tally } from './counters.ts'
import { serveForwards } from './forward.ts'
import { HOST_USER, type Keys } from './keys.ts'
import { type SessionWorld, serveSession } from './session.ts'

export interface SshServer {
  readonly port: number
  readonly counters: Readonly<SshCounters>
  /** Cuts every connection, as a network that fails does. */
  cut(): void
  close(): Promise<void>
}

/** sshd's default: the 11th session of one connection is refused. */
const MAX_SESSIONS = 10

/** `changed` is called whenever a counter moved. */
export async function startSsh(
  keys: Keys,
  world: SessionWorld,
  changed: (counters: SshCounters) => void = () => {},
): Promise<SshServer> {
  const userKey = parsed(keys.userPublic)
  const counts = tally(() => changed({ ...counts.counters }))
  const sockets = new Set<Socket>()

  const server = new ssh2.Server({ hostKeys: [keys.hostPrivate] }, connection => {
    // A client that breaks off or talks nonsense is its own affair; `close` follows.
    connection.on('error', () => undefined)
    connection.on('authentication', context => authenticate(context, userKey))
    connection.once('ready', () => serve(connection, world, () => counts.channel()))
  })
  const { _srv: listener } = server as unknown as { _srv: NodeJS.EventEmitter }
  listener.on('connection', (socket: Socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    const release = counts.connection()
    socket.once('close', () => {
      sockets.delete(socket)
      release()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    counters: counts.counters,
    cut,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

function serve(connection: Connection, world: SessionWorld, count: () => () => void): void {
  const running = new Map<Session, () => void>()
  connection.on('session', (accept, reject) => {
    if (running.size >= MAX_SESSIONS) return reject()
    const session = accept()
    const release = count()
    const end = serveSession(session, world)
    const finish = () => {
      running.delete(session)
      end()
      release()
    }
    running.set(session, finish)
    session.once('close', finish)
  })
  serveForwards(connection, count)
  // A dropped connection closes no session: ssh2 says nothing more of them.
  connection.once('close', () => {
    for (const finish of running.values()) finish()
  })
}

function authenticate(context: AuthContext, key: ParsedKey): void {
  if (context.method !== 'publickey' || context.username !== HOST_USER) {
    return context.reject(['publickey'])
  }
  const { key: offered, blob, signature, hashAlgo } = context
  const ours = key.getPublicSSH()
  const same = offered.data.length === ours.length && timingSafeEqual(offered.data, ours)
  const known = same && offered.algo === key.type
  // ssh2 hands back an Error, against its types, when it cannot verify.
  const verdict: unknown = signature && blob ? key.verify(blob, signature, hashAlgo) : !signature
  const proven = verdict === true
  if (known && proven) context.accept()
  else context.reject(['publickey'])
}

function parsed(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return key
}
