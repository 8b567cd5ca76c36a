/**
 * A shell on a terminal in a box: an exec of Docker's engine (API 1.41). To end the connection does
 * not end what the engine started, so that a hang-up is a signal of its own.
 */
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { BoxFault, type BoxTerminalOptions } from '../box.ts'
import { asInteger, asObject } from '../foreign.ts'
import { noTerminal, READY, untilReady } from '../terminal-ready.ts'
import { type Exit, type Terminal, type TerminalSize, TransportError } from '../transport.ts'
import { ANSWER, callDocker, orNull, type Reach, UNBOUNDED } from './call.ts'

/** sh: says which process it is, waits until its terminal has its size, and becomes a shell. */
const SHELL = [
  `stty -echo 2>/dev/null; echo ${READY} $$; IFS= read -r go || exit 64; stty echo 2>/dev/null;`,
  'exec "${SHELL:-$(command -v bash || echo sh)}" -l',
].join(' ')
const HANG_UP = 'kill -HUP "$1"'

/** By itself the engine takes Ctrl-P Ctrl-Q. This key never comes: it is the one that leaves. */
const DETACH = 'ctrl-]'

/** Rejects with BoxFault, or TransportError when there can be no shell. */
export async function openTerminal(
  reach: Reach,
  name: string,
  { directory, size, term }: BoxTerminalOptions,
): Promise<Terminal> {
  const { id } = await callDocker(reach, ANSWER, docker =>
    docker.getContainer(name).exec({
      Cmd: ['/bin/sh', '-c', SHELL],
      WorkingDir: directory,
      Env: [`TERM=${term}`],
      Tty: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      DetachKeys: DETACH,
    }),
  )
  const opened = Promise.withResolvers<Omit<Terminal, 'exit'>>()
  const ended = callDocker(reach, UNBOUNDED, async (docker): Promise<Exit> => {
    const exec = docker.getExec(id)
    const stream = await exec.start({ hijack: true, stdin: true, Tty: true })
    const output = stream.pipe(new PassThrough())
    // A connection that broke has ended too: what came of the shell is asked after.
    const over = finished(stream, { writable: false })
      .catch(() => undefined)
      .then(() => void output.end())
    const pid = await untilReady({ output, exit: over })
    if (!/^\d{1,10}$/.test(pid)) throw noTerminal('the box told no process of its shell')
    const resize = ({ columns, rows }: TerminalSize) => exec.resize({ w: columns, h: rows })
    await resize(size)
    stream.write('\n')
    const left = Promise.withResolvers<'left'>()
    opened.resolve({
      input: stream,
      output,
      resize: newest(resize),
      close: () => left.resolve('left'),
    })
    if ((await Promise.race([over, left.promise])) !== 'left') return await exitOf(exec)
    await hangUp(docker.getContainer(name), pid)
    return { code: null, signal: 'SIGHUP' }
  })
  ended.catch(opened.reject)
  const terminal = await opened.promise
  return { ...terminal, exit: ended.catch(lost) }
}

/** Each is a connection of its own, and they must not overtake one another. */
function newest(resize: (size: TerminalSize) => Promise<unknown>): Terminal['resize'] {
  let wanted: TerminalSize
  let before: Promise<unknown> = Promise.resolve()
  return size => {
    wanted = size
    // A shell that has ended has no size.
    before = before.then(() => (size === wanted ? resize(size) : undefined)).catch(() => undefined)
  }
}

/** What the engine tells of a shell whose box has ended; once that is gone it tells nothing. */
const KILLED: Exit = { code: 137, signal: null }
const TOLD_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 50

/** The output may end a moment before the engine knows how. */
async function exitOf(exec: Docker.Exec): Promise<Exit> {
  const until = Date.now() + TOLD_WITHIN_MS
  for (;;) {
    const seen = asObject(await orNull(exec.inspect()))
    if (seen === null) return KILLED
    const code = asInteger(seen['ExitCode'])
    if (seen['Running'] === false && code !== null) return { code, signal: null }
    if (Date.now() > until) throw new Error('the engine told no exit code')
    await delay(LOOK_EVERY_MS)
  }
}

async function hangUp(box: Docker.Container, pid: string): Promise<void> {
  try {
    const exec = await box.exec({ Cmd: ['/bin/sh', '-c', HANG_UP, 'sh', pid] })
    await exec.start({ Detach: true })
  } catch (error) {
    // 404, 409: the box is gone or does not run, and the shell with it.
    const { statusCode } = error as { statusCode?: unknown }
    if (statusCode !== 404 && statusCode !== 409) throw error
  }
}

function lost(error: unknown): never {
  if (!(error instanceof BoxFault)) throw error
  const { message, mend } = error
  throw new TransportError({ kind: 'unknown-outcome', message, mend })
}
