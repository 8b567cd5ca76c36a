/** Forwarding: TCP to loopback alone, and Unix sockets of this machine. */
import { connect, type Socket } from 'node:net'
import type { Connection, ServerChannel } from 'ssh2'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

type Count = () => () => void

export function serveForwards(connection: Connection, count: Count): void {
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    if (LOOPBACK.has(destIP)) join(connect(destPort, destIP), accept, reject, count)
    else reject()
  })
  connection.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
    join(connect(socketPath), accept, reject, count)
  })
}

/** Opens the channel once the other end answers, so that a refusal is told as one. */
function join(socket: Socket, accept: () => ServerChannel, reject: () => void, count: Count): void {
  socket.once('error', reject)
  socket.once('connect', () => {
    socket.off('error', reject)
    const channel = accept()
    const release = count()
    socket.setNoDelay(true)
    socket.on('error', () => channel.close())
    channel.on('error', () => socket.destroy())
    channel.once('close', () => {
      socket.destroy()
      release()
    })
    socket.pipe(channel).pipe(socket)
  })
}
