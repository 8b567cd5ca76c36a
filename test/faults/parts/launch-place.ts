/** A host that is this machine, for launches: an agent of the test's own, and a repository with an origin. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchConfig } from '../../../state/config.ts'

export const BRIEF = 'TASK: a\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n'

/** `agent` is the text of its program. */
export function launchPlace(dir: string, agent: string, more: object = {}) {
  const at = (name: string) => join(dir, name)
  writeFileSync(at('codex'), agent)
  chmodSync(at('codex'), 0o755)
  const git = (where: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', at(where), ...args], {
      encoding: 'utf8',
    }).trim()
  mkdirSync(at('seed'))
  git('seed', 'init', '-q', '-b', 'main')
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  git('seed', ...who, 'commit', '-q', '--allow-empty', '-m', 'begin')
  git('.', 'clone', '-q', at('seed'), 'app')
  const launch = LaunchConfig.parse({
    repos: [{ path: at('app'), remote: at('seed'), branch: 'main' }],
    worktrees: at('trees'),
    logs: at('logs'),
    codex: at('codex'),
    ...more,
  })
  return { at, git, launch }
}
