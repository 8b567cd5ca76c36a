/** Runs one program by its argument list: no shell, bounded in time and output. */
import { execFile } from 'node:child_process'

export type CommandRun =
  | { kind: 'exited'; code: number; stdout: string; stderr: string }
  /** There is no such program on the PATH. */
  | { kind: 'missing' }
  /** It did not come to its own end: not allowed to start, too slow, too much output, a signal. */
  | { kind: 'broken'; message: string }

export interface CommandLimits {
  signal?: AbortSignal
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
  maxBytes?: number
  /** What it reads on its stdin; else it reads an end at once. */
  input?: string
  /** `bytes`: each character of input and output is one byte (latin1); else both are UTF-8. */
  as?: 'bytes'
}

export type RunCommand = (
  file: string,
  args: readonly string[],
  limits?: CommandLimits,
) => Promise<CommandRun>

/** Runs `file` with `args`; never rejects. Output beyond 4 MiB or 10 s breaks it off. */
export const runCommand: RunCommand = (file, args, limits = {}) => {
  const { timeoutMs = 10_000, maxBytes = 4 * 2 ** 20 } = limits
  const options = {
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    killSignal: 'SIGKILL',
    encoding: limits.as === 'bytes' ? 'latin1' : 'utf8',
    ...(limits.signal && { signal: limits.signal }),
    ...(limits.env && { env: limits.env }),
  } as const
  return new Promise(resolve => {
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ kind: 'exited', code: 0, stdout, stderr })
      if (typeof error.code === 'number') {
        return resolve({ kind: 'exited', code: error.code, stdout, stderr })
      }
      if (error.code === 'ENOENT') return resolve({ kind: 'missing' })
      resolve({ kind: 'broken', message: whyBroken(error, timeoutMs, maxBytes) })
    })
    child.stdin?.on('error', () => child.kill('SIGKILL'))
    child.stdin?.end(limits.input, limits.as === 'bytes' ? 'latin1' : 'utf8')
  })
}

/** Names the cause without repeating the arguments: they may be long, and are not ours to print. */
function whyBroken(
  error: { code?: string | number | null; killed?: boolean; signal?: NodeJS.Signals | null },
  timeoutMs: number,
  maxBytes: number,
): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return `it printed more than ${maxBytes} bytes`
  }
  if (error.code === 'ABORT_ERR') return 'it was stopped with the console'
  if (error.killed) return `it gave no answer within ${timeoutMs} ms`
  if (error.signal) return `it was ended by ${error.signal}`
  return `it could not be started (${error.code ?? 'unknown'})`
}
