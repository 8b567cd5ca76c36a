/** A repository with one commit and its clone, as a launch needs them, in one directory. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Git in a directory of `dir`, whoever owns it; what it prints, trimmed. */
export type Git = (where: string, ...args: string[]) => string

/** Makes `seed` and its clone `app`. */
export function makeCheckouts(dir: string): Git {
  const git: Git = (where, ...args) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', join(dir, where), ...args], {
      encoding: 'utf8',
    }).trim()
  git('.', 'init', '-q', '-b', 'main', 'seed')
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  git('seed', ...author, 'commit', '-q', '--allow-empty', '-m', 'begin')
  git('.', 'clone', '-q', join(dir, 'seed'), 'app')
  return git
}
