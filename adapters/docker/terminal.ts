/**
 * A shell on a terminal in a box: an exec of Docker's engine (API 1.41). The end of its connection
 * does not end it, and closes the stdin only of what has no terminal: so a guard beside it, that
 * has none, hangs it up when the connection ends, whoever died.
 */
import { type Duplex, PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { BoxFault, type BoxTerminalOptions } from '../box.ts'
import { asInteger, asObject } from '../foreign.ts'
import { noTerminal, READY, untilReady } from '../terminal-ready.ts'
import { type Exit, type Terminal, type TerminalSize, TransportError } from '../transport.ts'
import { ANSWER, callDocker, orNull, type Reach, UNBOUNDED } from './call.ts'

/**
 * sh: says which process it is, waits until its terminal has its size, and becomes a shell. It has
 * no guard yet, so that it waits 15 s at most.
 */
const SHELL = [
  `stty -echo -icanon min 0 time 150 2>/dev/null; echo ${READY} $$; IFS= read -r go || exit 64;`,
  'stty echo icanon min 1 time 0 2>/dev/null;',
  'exec "${SHELL:-$(command -v bash || echo sh)}" -l',
].join(' ')
/** sh: a line lets it go. */
const GUARD = 'IFS= read -r over || kill -HUP "$1"'

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
    const guard = await startGuard(docker.getContainer(name), pid)
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
    if ((await Promise.race([over, left.promise])) === 'left') {
      return { code: null, signal: 'SIGHUP' }
    }
    guard.end('\n')
    return await exitOf(exec)
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

async function startGuard(box: Docker.Container, pid: string): Promise<Duplex> {
  const exec = await box.exec({ Cmd: ['/bin/sh', '-c', GUARD, 'sh', pid], AttachStdin: true })
  const guard = await exec.start({ hijack: true, stdin: true })
  // Its connection may break with that of the shell, which tells what came.
  guard.on('error', () => undefined)
  return guard.resume()
}

function lost(error: unknown): never {
  if (!(error instanceof BoxFault)) throw error
  const { message, mend } = error
  throw new TransportError({ kind: 'unknown-outcome', message, mend })
}
