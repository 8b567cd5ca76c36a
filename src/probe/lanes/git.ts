/** Git, asked about a lane's directory. It only reads, and nothing that an agent configured runs. */
import type { RunCommand } from '../../../adapters/command.ts'
import { gitEnv, SAFELY } from '../git-safely.ts'

export type GitAnswer =
  | { ok: true; out: string }
  /** `code` is git's own; null when it did not come to its end. */
  | { ok: false; code: number | null; why: string }
export type Git = (args: readonly string[]) => Promise<GitAnswer>

const TIMEOUT_MS = 5_000

/** A repository's own settings name programs, and the repository is the agent's. */
const SETTINGS = ['core.sshCommand=ssh', 'credential.helper=']

export function gitIn(cwd: string, run: RunCommand): Git {
  const env = gitEnv()
  const settings = SETTINGS.flatMap(setting => ['-c', setting])
  return async args => {
    const done = await run('git', ['-C', cwd, ...SAFELY, ...settings, ...args], {
      env,
      timeoutMs: TIMEOUT_MS,
    })
    if (done.kind === 'missing')
      return { ok: false, code: null, why: 'there is no git on this host' }
    if (done.kind === 'broken') {
      return { ok: false, code: null, why: `git in ${cwd}: ${done.message}` }
    }
    if (done.code === 0) return { ok: true, out: done.stdout }
    const [line = ''] = done.stderr.split('\n')
    const why = `git in ${cwd}: ${line.slice(0, 300) || `exit ${done.code}`}`
    return { ok: false, code: done.code, why }
  }
}
