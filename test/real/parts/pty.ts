/** A program in a real pty: what it wrote, and what a person types. */
import { type IPty, spawn } from 'node-pty'
import { onTestFinished } from 'vitest'
import { eventually } from '../../setup/eventually.ts'

export interface Terminal {
  /** Everything written so far. */
  written(): string
  /** Waits until what was written matches. */
  until(what: RegExp): Promise<void>
  type(keys: string): void
  resize(columns: number, rows: number): void
  readonly exitCode: Promise<number>
}

export function openTerminal(
  [program, args]: [program: string, args: string[]],
  env: NodeJS.ProcessEnv,
): Terminal {
  const pty: IPty = spawn(program, args, { cols: 200, rows: 50, name: 'xterm-256color', env })
  let written = ''
  pty.onData(data => {
    written += data
  })
  let isOver = false
  const exitCode = new Promise<number>(resolve => {
    pty.onExit(exit => {
      isOver = true
      resolve(exit.exitCode)
    })
  })
  onTestFinished(() => {
    if (!isOver) pty.kill('SIGKILL')
  })
  return {
    written: () => written,
    until: async what => {
      await eventually(`${what} is written`, () => what.test(written)).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${written}`)
      })
    },
    type: keys => pty.write(keys),
    resize: (columns, rows) => pty.resize(columns, rows),
    exitCode,
  }
}
