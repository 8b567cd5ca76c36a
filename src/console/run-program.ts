/** Runs a program of the operator's on this terminal, which must have been handed over. */
import { spawn } from 'node:child_process'

/** How it ended, or why it did not begin. */
export type Ran = { kind: 'ended'; code: number | null } | { kind: 'failed'; message: string }

/** `input` is written to its stdin; null leaves it the keyboard. Never rejects. */
export function runProgram(argv: readonly string[], input: string | null): Promise<Ran> {
  const [program = '', ...args] = argv
  return new Promise(resolve => {
    const child = spawn(program, args, {
      stdio: [input === null ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    })
    child.once('error', error => {
      const message =
        (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? `there is no ${program} here`
          : error.message
      resolve({ kind: 'failed', message })
    })
    child.once('close', code => resolve({ kind: 'ended', code }))
    // A pager that was left early reads no more: that is no failure.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input ?? '')
  })
}
