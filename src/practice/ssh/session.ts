/**
 * One SSH session: a real child process in a process group of its own. The group ends with the
 * channel, so that nothing which the console started outlives its connection.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { PseudoTtyInfo, ServerChannel, Session } from 'ssh2'
import { endGroup, signalGroup } from '../process-group.ts'

export interface SessionWorld {
  env: Record<string, string>
  cwd: string
}

const SHELL = '/bin/sh'
const nothing = (): void => {}

/** Serves `session` and hands back what ends it, whatever it runs. */
export function serveSession(session: Session, world: SessionWorld): () => void {
  let end = nothing
  let terminal: PseudoTtyInfo | null = null

  session.on('pty', (accept, _reject, info) => {
    terminal = info
    accept?.()
  })
  const start = (channel: ServerChannel, args: readonly string[]) => {
    end = terminal
      ? openTerminal(session, channel, args, terminal, world)
      : runCommand(session, channel, args, world)
  }
  session.on('exec', (accept, _reject, { command }) => start(accept(), ['-c', command]))
  session.on('shell', accept => start(accept(), ['-l']))
  return () => end()
}

function runCommand(
  session: Session,
  channel: ServerChannel,
  args: readonly string[],
  { env, cwd }: SessionWorld,
): () => void {
  const child: ChildProcessWithoutNullStreams = spawn(SHELL, args, { env, cwd, detached: true })
  const { pid } = child
  child.once('error', error => {
    channel.stderr.write(`${SHELL}: ${error.message}\n`)
    channel.exit(127)
    channel.end()
  })
  if (pid === undefined) return nothing

  plug(channel, child.stdin)
  plug(child.stdout, channel, { end: false })
  plug(child.stderr, channel.stderr, { end: false })
  session.on('signal', (_accept, _reject, { name }) => signalGroup(pid, `SIG${name}`))

  // Its pipes are drained by then, so the exit is the last that the client hears.
  let ended = false
  child.once('close', (code, signal) => {
    ended = true
    if (signal === null) channel.exit(code ?? 1)
    else channel.exit(signal.replace(/^SIG/, ''), false, '')
    channel.end()
  })
  // Once it ended, its group's number may be another's.
  return () => {
    if (!ended) endGroup(pid)
  }
}

/** The shell on a pseudo terminal; without node-pty the client hears why there is none. */
function openTerminal(
  session: Session,
  channel: ServerChannel,
  args: readonly string[],
  size: PseudoTtyInfo,
  { env, cwd }: SessionWorld,
): () => void {
  let end = nothing
  const open = async () => {
    const { spawn: spawnPty } = await import('node-pty')
    const options = { name: 'xterm-256color', cols: size.cols, rows: size.rows, env, cwd }
    const pty = spawnPty(SHELL, [...args], options)
    channel.on('data', (data: Buffer) => pty.write(data))
    pty.onData(data => channel.write(data))
    end = () => endGroup(pty.pid)
    pty.onExit(({ exitCode }) => {
      end = nothing
      channel.exit(exitCode)
      channel.end()
    })
    session.on('window-change', (accept, _reject, info) => {
      pty.resize(info.cols, info.rows)
      accept?.()
    })
  }
  open().catch((error: unknown) => {
    channel.stderr.write(`no terminal here: ${String(error)}\r\n`)
    channel.exit(1)
    channel.end()
  })
  return () => end()
}

/** Pipes, and takes a broken end on either side as the end of the stream. */
function plug(from: Readable, to: Writable, options: { end: boolean } = { end: true }): void {
  from.on('error', () => to.end())
  to.on('error', () => from.unpipe(to).resume())
  from.pipe(to, options)
}
