/** The transport to this machine itself: processes in place of channels. */
import { connect, type NetConnectOpts } from 'node:net'
import { homedir } from 'node:os'
import type { Duplex } from 'node:stream'
import { execa } from 'execa'
import {
  type Channel,
  type Exit,
  type StreamOptions,
  type Transport,
  TransportError,
  type TransportFailure,
} from '../transport.ts'
import { openTerminal } from './terminal.ts'

/** How long a command may take to end after EOF and TERM before it is killed. */
const CLOSE_MS = 5_000

export interface LocalOptions {
  env: NodeJS.ProcessEnv
}

/** Commands run as sshd would run them: by the login shell, in the home directory. */
export function localTransport({ env }: LocalOptions): Transport {
  const { promise: lost, resolve: lose } = Promise.withResolvers<TransportFailure>()
  const open = new Set<Pick<Channel, 'exit' | 'close'>>()
  let ended: TransportFailure | null = null

  /** What runs is ended with the transport. */
  const watched = <T extends Pick<Channel, 'exit' | 'close'>>(channel: T): T => {
    open.add(channel)
    const over = () => open.delete(channel)
    channel.exit.then(over, over)
    return channel
  }

  return {
    kind: 'local',
    target: 'local',
    lost,
    async connect() {
      if (ended) throw new TransportError(ended)
    },
    async stream(command: string, { signal }: StreamOptions = {}) {
      signal?.throwIfAborted()
      if (ended) throw new TransportError(ended)
      return watched(await start(command, env))
    },
    async terminal(command, options) {
      if (ended) throw new TransportError(ended)
      return watched(await openTerminal(command, options, env))
    },
    forwardUnix: path => forward(path, { path }),
    forwardTcp: (host, port) => forward(`${host}:${port}`, { host, port }),
    ping: async () => null,
    async close() {
      ended ??= { kind: 'unreachable', message: 'local: closed', mend: 'open it again' }
      const ends = [...open].map(channel => channel.exit.catch(() => undefined))
      for (const channel of open) channel.close()
      await Promise.all(ends)
      lose(ended)
    },
  }
}

async function start(command: string, env: NodeJS.ProcessEnv): Promise<Channel> {
  const child = execa(env['SHELL'] || '/bin/sh', ['-c', command], {
    cwd: homedir(),
    env,
    extendEnv: false,
    detached: true,
    stdin: 'pipe',
    buffer: false,
    reject: false,
  })
  const { pid } = child
  if (pid === undefined) {
    const { shortMessage } = await child
    const mend = 'name a shell that exists in SHELL'
    throw new TransportError({ kind: 'refused', message: shortMessage ?? 'not started', mend })
  }
  // A command that no longer reads is no failure of ours; its exit tells the rest.
  child.stdin.on('error', () => undefined)
  let closing: NodeJS.Timeout | undefined
  let isOver = false
  const exit = child.then((result): Exit => {
    isOver = true
    clearTimeout(closing)
    if (result.signal !== undefined) return { code: null, signal: result.signal }
    return { code: result.exitCode ?? 1, signal: null }
  })
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exit,
    close() {
      // Its number may be another group's by then.
      if (isOver || closing) return
      child.stdin.end()
      killGroup(pid, 'SIGTERM')
      closing = setTimeout(() => killGroup(pid, 'SIGKILL'), CLOSE_MS)
    },
  }
}

const forward = (what: string, options: NetConnectOpts) =>
  new Promise<Duplex>((resolve, reject) => {
    const socket = connect(options)
    socket.once('error', error => {
      const message = `${what} on this machine: ${error.message}`
      const mend = 'see whether anything listens there'
      reject(new TransportError({ kind: 'unreachable', message, mend }))
    })
    // What breaks later ends the stream, which its reader sees.
    socket.once('connect', () => resolve(socket.on('error', () => undefined)))
  })

/** The group is ours: `detached` made the child its leader, and it is not reaped before `exit`. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
