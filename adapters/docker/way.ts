/**
 * The way to the engine's socket: a forward over the one connection. sshd answers the same when
 * the socket is missing, may not be opened, or may not be forwarded: so the host is asked.
 */
import type { Duplex } from 'node:stream'
import type { FailedState } from '../../state/words.ts'
import { BoxFault } from '../box.ts'
import { type Transport, TransportError, type TransportFailure } from '../transport.ts'

/** What a process on the host met when it opened the socket itself. */
export type SocketSeen = 'open' | 'absent' | 'denied' | 'silent'

export interface WayDeps {
  socket: string
  /** The open transport, or why there is none. */
  ready(): Promise<{ transport: Transport } | { failure: TransportFailure }>
  /** Opens the socket on the host; rejects when the host cannot be asked. */
  lookAt(socket: string): Promise<{ seen: SocketSeen; user: string }>
}

type Why = { state: FailedState; message: string; mend: string }

export const wayTo = ({ socket, ready, lookAt }: WayDeps) => ({
  async connect(): Promise<Duplex> {
    const link = await ready()
    if ('failure' in link) {
      const { message, mend } = link.failure
      throw fault({ state: 'unreachable', message, mend })
    }
    try {
      return await link.transport.forwardUnix(socket)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      const looked = await lookAt(socket).catch(() => null)
      const { message, mend } = error.failure
      throw fault(
        looked
          ? whyNot(socket, looked, link.transport.kind)
          : { state: 'unreachable', message, mend },
      )
    }
  },
})

const fault = ({ state, message, mend }: Why) =>
  new BoxFault(message, { state, mend, isAnswer: false })

function whyNot(
  socket: string,
  { seen, user }: { seen: SocketSeen; user: string },
  kind: Transport['kind'],
): Why {
  switch (seen) {
    case 'absent':
      return {
        state: 'absent',
        message: `there is no ${socket} on the host`,
        mend: 'install Docker there, or name its socket as docker.socket in the profile',
      }
    case 'denied':
      return {
        state: 'denied',
        message: `${user} may not open ${socket}`,
        mend: `add ${user} to the socket's group on the host, then sign in anew: dockmaster stop`,
      }
    case 'silent':
      return {
        state: 'error',
        message: `nobody listens at ${socket}`,
        mend: 'start Docker on the host',
      }
    case 'open':
      return {
        state: kind === 'ssh' ? 'denied' : 'error',
        message: `sshd on the host does not forward to ${socket}, which ${user} can open there`,
        mend: 'allow it in its sshd_config: AllowTcpForwarding local, AllowStreamLocalForwarding yes',
      }
    default:
      return seen satisfies never
  }
}
