/** A command on a terminal of this machine, by node-pty, which a machine may lack. */
import { constants, homedir } from 'node:os'
import { PassThrough, Writable } from 'node:stream'
import type { IPty } from 'node-pty'
import { type Exit, type Terminal, type TerminalOptions, TransportError } from '../transport.ts'

/** Rejects with TransportError when there is no node-pty, or the shell cannot be started. */
export async function openTerminal(
  command: string,
  { size, term }: TerminalOptions,
  env: NodeJS.ProcessEnv,
): Promise<Terminal> {
  const { spawn } = await import('node-pty').catch(missing)
  const { columns: cols, rows } = size
  const options = { name: term, cols, rows, cwd: homedir(), env, encoding: null }
  let pty: IPty
  try {
    pty = spawn(env['SHELL'] || '/bin/sh', ['-c', command], options)
  } catch (error) {
    throw refused((error as Error).message, 'name a shell that exists in SHELL')
  }
  return terminalOver(pty)
}

function terminalOver(pty: IPty): Terminal {
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  const output = new PassThrough()
  let isOver = false
  // `encoding: null` makes them bytes, whatever the type says.
  pty.onData(data => {
    if (output.write(data)) return
    pty.pause()
    output.once('drain', () => pty.resume())
  })
  pty.onExit(({ exitCode, signal }) => {
    isOver = true
    output.end()
    resolve(signal ? { code: null, signal: nameOf(signal) } : { code: exitCode, signal: null })
  })
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!isOver) pty.write(chunk)
      done()
    },
  })
  return {
    input,
    output,
    exit,
    resize: ({ columns, rows }) => {
      if (!isOver) pty.resize(columns, rows)
    },
    close: () => {
      if (!isOver) pty.kill('SIGHUP')
    },
  }
}

const nameOf = (signal: number): string =>
  Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `SIG${signal}`

const missing = (error: unknown): never => {
  const why = (error as Error).message.split('\n')[0]
  throw refused(
    `no terminal on this machine: node-pty is not there (${why})`,
    'npm rebuild node-pty builds it, which needs a C++ compiler, make and python3',
  )
}

const refused = (message: string, mend: string) =>
  new TransportError({ kind: 'refused', message, mend })
