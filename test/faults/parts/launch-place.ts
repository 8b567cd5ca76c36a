/** A host that is this machine, for launches: an agent of the test's own, and a repository with an origin. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchConfig } from '../../../state/config.ts'
import { makeCheckouts } from '../../setup/checkouts.ts'

export const BRIEF = 'TASK: a\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n'

/** `agent` is the text of its program. */
export function launchPlace(dir: string, agent: string, more: object = {}) {
  const at = (name: string) => join(dir, name)
  writeFileSync(at('codex'), agent)
  chmodSync(at('codex'), 0o755)
  const git = makeCheckouts(dir)
  const launch = LaunchConfig.parse({
    repos: [{ path: at('app'), remote: at('seed'), branch: 'main' }],
    worktrees: at('trees'),
    logs: at('logs'),
    codex: at('codex'),
    ...more,
  })
  return { at, git, launch }
}
