/**
 * Runs git on the host. Gits of other consoles and of lanes may be at work in the same repository:
 * one that met what another had locked, or half made, did nothing, and is run again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../../adapters/command.ts'
import { gitEnv, SAFELY } from './git-safely.ts'

/** `out` is null when git refused, and `fault` then says why. */
export type GitRun = { out: string; fault: null } | { out: null; fault: string }

/** Locks of files and of refs, and a worktree of which another git has made only a part. */
const BUSY = /\.lock': File exists|cannot lock ref|could not lock|failed to read \S*worktrees\//

const AGAIN_WITHIN_MS = 8_000
const FIRST_WAIT_MS = 20

export const git = (path: string, ...args: string[]): Promise<GitRun> => gitWith({}, path, ...args)

export async function gitWith(
  more: NodeJS.ProcessEnv,
  path: string,
  ...args: string[]
): Promise<GitRun> {
  const until = Date.now() + AGAIN_WITHIN_MS
  for (let wait = FIRST_WAIT_MS; ; wait *= 2) {
    const ran = await gitOnce(more, path, args)
    if (ran.out !== null || !BUSY.test(ran.fault) || Date.now() + wait > until) return ran
    await delay(wait)
  }
}

async function gitOnce(more: NodeJS.ProcessEnv, path: string, args: string[]): Promise<GitRun> {
  // What it says is told apart by its own words.
  const env = { ...gitEnv(), ...more }
  const ran = await runCommand('git', ['-C', path, ...SAFELY, ...args], { env, timeoutMs: 60_000 })
  if (ran.kind === 'missing') return { out: null, fault: 'git is not on the host' }
  if (ran.kind === 'broken') return { out: null, fault: `git: ${ran.message}` }
  if (ran.code === 0) return { out: ran.stdout.trimEnd(), fault: null }
  return { out: null, fault: ran.stderr.trim().split('\n').at(-1) ?? `git ended with ${ran.code}` }
}
