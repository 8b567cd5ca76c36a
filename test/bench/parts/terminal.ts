/** A program in a pty, with the instants at which it wrote. */
import { type IPty, spawn } from 'node-pty'
import type { Size } from '../../../state/layout.ts'
import type { Defer } from './defer.ts'

export interface Terminal {
  readonly pid: number
  /** Ms from now until what was written since matches. Rejects when it never does. */
  until(what: RegExp): Promise<number>
  /** As until, from the moment the keys are typed. */
  press(keys: string, answer: RegExp): Promise<number>
  /** Types, and waits for the program's end. */
  leave(keys: string): Promise<void>
}

const PATIENCE_MS = 20_000
/** What a failure shows of what was written. */
const SHOWN = 2_000

export function openTerminal(
  [program, ...args]: readonly [string, ...string[]],
  size: Size,
  env: NodeJS.ProcessEnv,
  defer: Defer,
): Terminal {
  const { columns: cols, rows } = size
  const pty: IPty = spawn(program, args, { cols, rows, name: 'xterm-256color', env })
  let written = ''
  let listener: (() => void) | null = null
  let isOver = false
  const ended = new Promise<void>(resolve => {
    pty.onExit(() => {
      isOver = true
      resolve()
    })
  })
  pty.onData(data => {
    written += data
    listener?.()
  })
  defer(async () => {
    if (!isOver) pty.kill('SIGKILL')
    await ended
  })

  const until = (what: RegExp): Promise<number> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      written = ''
      const timer = setTimeout(() => {
        listener = null
        const shown = JSON.stringify(written.slice(-SHOWN))
        reject(new Error(`${program}: never written: ${what}: ${shown}`))
      }, PATIENCE_MS)
      listener = () => {
        if (!what.test(written)) return
        clearTimeout(timer)
        listener = null
        resolve(performance.now() - began)
      }
    })

  return {
    pid: pty.pid,
    until,
    press: (keys, answer) => {
      const answered = until(answer)
      pty.write(keys)
      return answered
    },
    leave: async keys => {
      pty.write(keys)
      await ended
    },
  }
}
