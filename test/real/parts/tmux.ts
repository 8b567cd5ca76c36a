/** A real tmux on a socket of its own: types keys, reads the screen. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../../setup/eventually.ts'

const run = promisify(execFile)

export interface Tmux {
  /** Keys as tmux names them: `Enter`, `Escape`, `C-c`, or text. */
  press(...keys: string[]): Promise<void>
  /** The screen as plain lines. */
  screen(): Promise<string>
  /** The screen once it matches; else an error that shows the last one. */
  until(what: RegExp, limitMs?: number): Promise<string>
  resize(columns: number, rows: number): Promise<void>
  /** The process of the pane: `exec` the program for this to be its own. */
  pid(): Promise<number>
  /** From now on, everything that the program writes goes into that file too. */
  record(file: string): Promise<void>
  close(): Promise<void>
}

/** `command` is one shell line; the pane ends with it. */
export async function startTmux(
  command: string,
  options: { columns: number; rows: number; env: NodeJS.ProcessEnv; cwd?: string },
): Promise<Tmux> {
  const dir = await mkdtemp(join(tmpdir(), 'tmux-'))
  const socket = join(dir, 's')
  const tmux = async (...args: string[]) => {
    const { stdout } = await run('tmux', ['-S', socket, ...args], { env: options.env })
    return stdout
  }
  const size = ['-x', String(options.columns), '-y', String(options.rows)]
  const cwd = options.cwd ? ['-c', options.cwd] : []
  await tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...cwd, command)
  await tmux('set-option', '-g', 'remain-on-exit', 'on')
  const screen = () => tmux('capture-pane', '-p')
  return {
    press: async (...keys) => {
      await tmux('send-keys', ...keys)
    },
    screen,
    async until(what, limitMs) {
      let last = ''
      try {
        return await eventually(
          String(what),
          async () => {
            last = await screen()
            return what.test(last) ? last : null
          },
          limitMs,
        )
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${last}`, { cause: error })
      }
    },
    resize: async (columns, rows) => {
      await tmux('resize-window', '-x', String(columns), '-y', String(rows))
    },
    pid: async () => Number(await tmux('display-message', '-p', '#{pane_pid}')),
    record: async file => {
      await tmux('pipe-pane', `exec cat >>'${file}'`)
    },
    close: async () => {
      await tmux('kill-server').catch(() => undefined)
      await rm(dir, { recursive: true, force: true })
    },
  }
}
