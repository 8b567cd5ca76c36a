/** What git prints about a worktree, bounded. Read-only: it takes no lock and asks nobody. */
import { spawn } from 'node:child_process'
import { gitEnv, SAFELY } from '../git-safely.ts'

export interface GitText {
  readonly text: string
  readonly isCut: boolean
}

const TIMEOUT_MS = 15_000
const LONGEST_FAULT = 300

/** Rejects with what git said when it failed, or was too slow. */
export function gitText(
  cwd: string,
  args: readonly string[],
  max: number,
  more: NodeJS.ProcessEnv = {},
): Promise<GitText> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', cwd, ...SAFELY, ...args], {
      env: { ...gitEnv(), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    const chunks: Buffer[] = []
    let held = 0
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (held <= max) chunks.push(chunk)
      held += chunk.length
      // More is there than is wanted: that is known now, and the rest need not be made.
      if (held > max) child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, LONGEST_FAULT)
    })
    child.once('error', error => reject(new Error(`git: ${error.message}`)))
    child.once('close', (code, signal) => {
      const text = Buffer.concat(chunks).subarray(0, max).toString('utf8')
      if (code === 0 || held > max) return resolve({ text, isCut: held > max })
      const [line = ''] = said.split('\n')
      reject(new Error(`git in ${cwd}: ${line || (signal ?? `exit ${code}`)}`))
    })
  })
}
