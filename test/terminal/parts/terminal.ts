/** A real pty with a terminal behind it: what a person would see, and what was written to it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'
import { build } from 'esbuild'
import { type IPty, spawn } from 'node-pty'
import { lineOutput } from '../../../.config/line-output.ts'
import type { Fact } from '../../../state/facts.ts'
import type { Command } from './fixture-console.ts'

const HERE = new URL('.', import.meta.url).pathname
const ROOT = new URL('../../../', import.meta.url).pathname

/** Bundles the fixture as the program is bundled; returns its path. */
export async function buildFixture(directory: string): Promise<string> {
  const outfile = join(directory, 'fixture.mjs')
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(HERE, 'fixture-console.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'react-devtools-core': './.config/absent.ts',
      'string-width': './.config/string-width.ts',
    },
    plugins: [lineOutput],
    banner: {
      js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
    },
    logLevel: 'error',
  })
  return outfile
}

export interface Screen {
  /**
   * What a person sees, a string a row, trailing spaces off: between the marks of synchronized
   * output a frame is on its way, and the one before stands.
   */
  lines(): readonly string[]
  text(): string
  /** Everything written since `mark`, or since the start. */
  written(): string
  mark(): void
  alternate(): boolean
  cursorHidden(): boolean
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Resolves once the screen fulfils the condition; rejects with the screen when it never does. */
  until(condition: (text: string) => boolean, what: string): Promise<void>
  /** Sends a command to the fixture and waits for its answer. */
  tell(command: Command): Promise<unknown>
  readonly pid: number
  /** Resolves with the exit code and signal. */
  readonly exit: Promise<{ exitCode: number; signal: number | undefined }>
  end(): Promise<void>
}

export interface Start {
  readonly program: string
  readonly columns: number
  readonly rows: number
  readonly facts?: readonly Fact[]
  readonly env?: Readonly<Record<string, string>>
  /** Runs an interactive shell; `PROGRAM` in its environment starts the fixture. */
  readonly shell?: boolean
}

const PATIENCE_MS = 15_000
const FRAME = { begin: '\u001b[?2026h', end: '\u001b[?2026l' } as const
/** More than any frame. */
const TAIL = 262_144

export async function openScreen(start: Start): Promise<Screen> {
  const directory = await mkdtemp(join(tmpdir(), 'dockmaster-screen-'))
  const path = join(directory, 'control')
  const control = await listen(path)
  const terminal = new xterm.Terminal({
    cols: start.columns,
    rows: start.rows,
    allowProposedApi: true,
    scrollback: 0,
  })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  const [file, args] = start.shell ? ['sh', ['-i']] : [process.execPath, [start.program]]
  const pty = spawn(file, args, {
    cols: start.columns,
    rows: start.rows,
    name: 'xterm-256color',
    env: {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      PS1: 'shell> ',
      PROGRAM: `${process.execPath} ${start.program}`,
      FIXTURE_SOCKET: path,
      FIXTURE_FACTS: JSON.stringify(start.facts ?? []),
      ...start.env,
    },
  })
  let written = ''
  let tail = ''
  const watchers = new Set<() => void>()
  let shown: readonly string[] = []
  pty.onData(data => {
    written += data
    tail = (tail + data).slice(-TAIL)
    // Of this very piece: when the terminal has taken it, more may have come.
    const isWhole = tail.lastIndexOf(FRAME.begin) <= tail.lastIndexOf(FRAME.end)
    terminal.write(data, () => {
      if (!isWhole) return
      shown = linesOf(terminal)
      for (const watch of watchers) watch()
    })
  })
  let ended = ''
  const exit = new Promise<{ exitCode: number; signal: number | undefined }>(resolve => {
    pty.onExit(({ exitCode, signal }) => {
      ended = `ended with ${exitCode}, signal ${signal}\n`
      resolve({ exitCode, signal })
    })
  })

  const text = (): string => shown.join('\n')

  return {
    lines: () => shown,
    text,
    written: () => written,
    mark: () => {
      written = ''
    },
    alternate: () => terminal.buffer.active.type === 'alternate',
    cursorHidden: () => written.lastIndexOf('\u001b[?25l') > written.lastIndexOf('\u001b[?25h'),
    type: keys => pty.write(keys),
    resize: (columns, rows) => {
      terminal.resize(columns, rows)
      shown = linesOf(terminal)
      pty.resize(columns, rows)
    },
    until: (condition, what) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!condition(text())) return
          settle()
          resolve()
        }
        const timer = setTimeout(() => {
          settle()
          reject(
            new Error(
              `never shown: ${what}\n${text()}\n${ended}${JSON.stringify(written.slice(-500))}`,
            ),
          )
        }, PATIENCE_MS)
        const settle = (): void => {
          clearTimeout(timer)
          watchers.delete(check)
        }
        watchers.add(check)
        check()
      }),
    tell: control.tell,
    pid: pty.pid,
    exit,
    end: async () => {
      await endPty(pty, exit)
      control.close()
      terminal.dispose()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const linesOf = ({ rows, cols, buffer: { active } }: xterm.Terminal): string[] =>
  Array.from(
    { length: rows },
    (_, row) => active.getLine(active.viewportY + row)?.translateToString(true, 0, cols) ?? '',
  )

async function endPty(pty: IPty, exit: Promise<unknown>): Promise<void> {
  try {
    pty.kill('SIGKILL')
  } catch {
    // It has ended already.
  }
  await exit
}

interface Control {
  tell(command: Command): Promise<unknown>
  close(): void
}

/** The test's end of the fixture's control socket. */
async function listen(path: string): Promise<Control> {
  const connected = Promise.withResolvers<{ socket: Socket; answers: Interface }>()
  const server: Server = createServer(socket => {
    connected.resolve({ socket, answers: createInterface({ input: socket }) })
  })
  await new Promise<void>(resolve => {
    server.listen(path, resolve)
  })
  return {
    tell: async command => {
      const { socket, answers } = await connected.promise
      const answer = new Promise<unknown>(resolve => {
        answers.once('line', line => resolve(JSON.parse(line)))
      })
      socket.write(`${JSON.stringify(command)}\n`)
      return answer
    },
    close: () => {
      server.close()
      void connected.promise.then(({ socket }) => socket.destroy())
    },
  }
}
