/** Gets a byte stream to a host: straight over TCP, or through a host that is connected already. */
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { TransportError } from '../transport.ts'
import { type ConnectError, connectFailure, quoteHost, refused, unreachable } from './failure.ts'
import type { ResolvedHost } from './resolve.ts'

export const addressOf = (host: ResolvedHost) => `${host.hostname}:${host.port}`

/** RFC 4254: the server may say why it opens no channel; 1 is "administratively prohibited". */
export const PROHIBITED = 1

/** Rejects with TransportError and leaves nothing open. */
export function dialHost(
  host: ResolvedHost,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Small packets go out at once: waiting to fill them costs 40 ms a command.
    const socket = connect({ host: host.hostname, port: host.port, noDelay: true })
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      socket.off('error', fail)
    }
    const fail = (error: ConnectError) => {
      settle()
      socket.destroy()
      reject(new TransportError(connectFailure(addressOf(host), error)))
    }
    const giveUp = () => fail(new Error('given up'))
    const tooLate = Object.assign(new Error('no answer in time'), { level: 'client-timeout' })
    const timer = setTimeout(() => fail(tooLate), timeoutMs)
    signal.addEventListener('abort', giveUp, { once: true })
    socket.once('error', fail)
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
    if (signal.aborted) giveUp()
  })
}

/** Rejects with TransportError. */
export function dialThrough(jump: Client, host: ResolvedHost): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, host.hostname, host.port, (error, stream) => {
      if (!error) return resolve(stream)
      const message = `no way through the jump host to ${addressOf(host)}: ${quoteHost(error.message)}`
      const prohibited = 'reason' in error && error.reason === PROHIBITED
      const failure = prohibited
        ? refused(
            message,
            'AllowTcpForwarding must let it pass, in the sshd_config of the jump host',
          )
        : unreachable(message, 'check the name of the host as the jump host knows it')
      reject(new TransportError(failure))
    })
  })
}
