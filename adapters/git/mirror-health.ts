/**
 * Whether a mirror on this machine can be worked with. All that is in it came from elsewhere, so
 * one that is damaged is taken away and fetched again.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gitIn } from './git.ts'

/** git that is ours is ended before that: a lock that is older has nobody behind it. */
const STALE_LOCK_MS = 5 * 60_000
const CHECK_MS = 15 * 60_000

/** What is wrong with it; null while it is sound. Reads every object: ask only after a fault. */
export async function damageOf(
  dir: string,
  { env, now }: { env: NodeJS.ProcessEnv; now: () => number },
): Promise<string | null> {
  const lock = await staleLock(dir, now())
  if (lock !== null) return `${lock} was left behind by a git that was killed`
  const args = ['fsck', '--full', '--no-dangling', '--no-reflogs', '--no-progress']
  const { code, stderr, stdout } = await gitIn(dir, env).attempt(args, { timeoutMs: CHECK_MS })
  if (code === 0) return null
  return `${stderr}\n${stdout}`.trim().split('\n')[0] || `git fsck ended with ${code}`
}

export const removeMirror = (dir: string): Promise<void> =>
  rm(dir, { recursive: true, force: true })

async function staleLock(dir: string, now: number): Promise<string | null> {
  const names = await readdir(dir, { recursive: true })
  for (const name of names.filter(each => each.endsWith('.lock'))) {
    const found = await stat(join(dir, name)).catch(() => null)
    if (found !== null && now - found.mtimeMs > STALE_LOCK_MS) return name
  }
  return null
}
