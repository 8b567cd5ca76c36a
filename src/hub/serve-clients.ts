/** The hub's socket: who may connect, who is connected, and how long nobody may be. */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Session } from './session.ts'

export interface Clients {
  readonly count: number
  close(): void
}

export interface ClientOptions {
  open(socket: Socket): Session
  /** How long the hub stays after its last client. */
  idleMs: number
  onIdle(): void
}

export async function serveClients(path: string, options: ClientOptions): Promise<Clients> {
  const sessions = new Set<Session>()
  let idle = setTimeout(options.onIdle, options.idleMs)
  let isClosed = false
  const server = createServer(socket => {
    clearTimeout(idle)
    const session = options.open(socket)
    sessions.add(session)
    void session.closed.then(() => {
      sessions.delete(session)
      if (sessions.size > 0 || isClosed) return
      clearTimeout(idle)
      idle = setTimeout(options.onIdle, options.idleMs)
    })
  })
  await listenPrivately(server, path)
  return {
    get count() {
      return sessions.size
    },
    close: () => {
      isClosed = true
      rmSync(path, { force: true })
      server.close()
      for (const session of sessions) session.close()
      clearTimeout(idle)
    },
  }
}

/** The 0700 directory keeps others out; the umask does so between bind and chmod as well. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  // We hold the profile's lock: a socket that lies here is a dead hub's.
  rmSync(path, { force: true })
  const umask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(umask)
  }
  chmodSync(path, 0o600)
}
