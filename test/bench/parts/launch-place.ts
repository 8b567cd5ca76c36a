/** A host behind a real sshd with a repository, a brief, the real Codex and a stand-in for it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installCodex, writeCodexHome } from '../../real/parts/codex.ts'
import { startAlways } from '../../real/parts/model-server.ts'
import { type Sshd, startSshd } from '../../real/parts/sshd.ts'
import { makeCheckouts } from '../../setup/checkouts.ts'
import type { Defer } from './defer.ts'
import type { Profile } from './operator.ts'

export const ALIAS = 'factory'
const BRIEF = 'TASK: say hello\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n'
/** Its first output is there as soon as it runs: what is left is the way to it. */
const STAND_IN = '#!/bin/sh\necho \'{"type":"turn.started"}\'\nexec cat >/dev/null\n'

export const PROGRAMS = ['stand-in', 'codex'] as const
export type Program = (typeof PROGRAMS)[number]

export interface LaunchPlace {
  readonly sshd: Sshd
  /** What the agents are given. */
  readonly env: Readonly<Record<string, string>>
  at(name: string): string
  profileOf(program: Program): Profile
}

export async function newLaunchPlace(defer: Defer): Promise<LaunchPlace> {
  const sshd = await startSshd()
  defer(sshd.remove)
  const model = await startAlways({ kind: 'say', text: 'Hello.' })
  defer(model.close)
  const dir = join(sshd.dir, 'factory')
  const at = (name: string) => join(dir, name)
  mkdirSync(dir)
  writeFileSync(at('stand-in'), STAND_IN)
  copyFileSync(await installCodex(), at('codex'))
  for (const program of PROGRAMS) chmodSync(at(program), 0o755)
  await writeCodexHome(at('codex-home'), model.baseUrl)
  writeFileSync(at('brief.md'), BRIEF)
  makeCheckouts(dir)
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, dir])

  const env = { CODEX_HOME: at('codex-home'), LOOPBACK_KEY: 'k' }
  const profileOf = (program: Program) => ({
    host: ALIAS,
    sshConfig: sshd.configFile,
    node: process.execPath,
    lanes: { logs: [] },
    launch: {
      codex: at(program),
      worktrees: at('trees'),
      logs: at('logs'),
      env,
      repos: [{ path: at('app'), remote: at('seed'), branch: 'main' }],
    },
  })
  return { sshd, env, at, profileOf }
}
