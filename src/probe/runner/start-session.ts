/** The `session` runner: the leader of a session of its own, with files for its output. */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { statOf } from './process-identity.ts'
import { type Started, type Waiting, waitingWords } from './waiting.ts'

/** Throws an Error for a person when it cannot. */
export async function startSession(waiting: Waiting): Promise<Started> {
  const { run, files, env } = waiting
  const { O_WRONLY, O_APPEND, O_CREAT } = constants
  const [stdin, stdout, stderr] = await Promise.all([
    open(files.brief, 'r'),
    open(run.log, O_WRONLY | O_APPEND | O_CREAT, 0o600),
    open(files.stderr, O_WRONLY | O_APPEND | O_CREAT, 0o600),
  ])
  try {
    const [shell = '', ...words] = waitingWords(waiting)
    const child = spawn(shell, words, {
      cwd: run.cwd,
      env,
      detached: true,
      stdio: [stdin.fd, stdout.fd, stderr.fd],
    })
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => resolve(child.pid ?? 0))
    })
    child.unref()
    const seen = statOf(pid)
    if (seen === null) throw new Error('the run ended before it began')
    return { pid, pidStart: seen.pidStart, invocation: null }
  } finally {
    await Promise.all([stdin, stdout, stderr].map(file => file.close()))
  }
}
