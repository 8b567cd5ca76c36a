/** A host on which a program can be launched as a lane, or over plain ssh, and its first byte seen. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { installCodex, writeCodexHome } from '../../real/parts/codex.ts'
import { startAlways } from '../../real/parts/model-server.ts'
import { startSshd } from '../../real/parts/sshd.ts'
import { eventually } from '../../setup/eventually.ts'
import type { Defer } from '../parts/defer.ts'
import { newOperator, type Operator } from '../parts/operator.ts'

const ALIAS = 'factory'
const BRIEF = 'TASK: say hello\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n'
/** Its first output is there as soon as it runs: what is left is the way to it. */
const STAND_IN = '#!/bin/sh\necho \'{"type":"turn.started"}\'\nexec cat >/dev/null\n'

export const PROGRAMS = ['stand-in', 'codex'] as const
export type Program = (typeof PROGRAMS)[number]

export interface LaunchHost {
  /** Milliseconds from the command's start to the first byte of the lane's log. */
  lane(program: Program): Promise<number>
  /** To the first byte that ssh hands on. With `tree`, in a new worktree of its own. */
  ssh(program: Program, how: { tree: boolean }): Promise<number>
}

export async function newLaunchHost(defer: Defer): Promise<LaunchHost> {
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
  const git = (where: string, ...args: string[]) => execFileSync('git', ['-C', at(where), ...args])
  mkdirSync(at('seed'))
  git('seed', 'init', '-q', '-b', 'main')
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  git('seed', ...author, 'commit', '-q', '--allow-empty', '-m', 'begin')
  git('.', 'clone', '-q', at('seed'), 'app')
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
  const operator: Operator = newOperator(
    Object.fromEntries(PROGRAMS.map(program => [program, profileOf(program)])),
    defer,
  )
  for (const program of PROGRAMS) await operator.prewarm(program)
  let runs = 0
  const next = (program: Program) => {
    runs += 1
    return `${program}-${runs}`
  }

  return {
    lane: async program => {
      const name = next(program)
      const log = at(`logs/${name}.jsonl`)
      const began = performance.now()
      const words = ['lane', 'launch', '--brief', at('brief.md'), '--name', name]
      const ended = operator.dockmaster(program, ...words)
      const said = untilSaid(log)
      const came = await Promise.race([said, ended.then(() => said)])
      await ended
      return came - began
    },
    ssh: async (program, { tree }) => {
      const name = next(program)
      const path = at(`trees/${name}`)
      const place = tree
        ? `mkdir -p ${at('trees')} && git -C ${at('app')} worktree add -q -b ${name} ${path} origin/main && cd ${path}`
        : `cd ${at('app')}`
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`)
      const command = `${place} && exec env ${variables.join(' ')} ${at(program)} exec --json -`
      const brief = openSync(at('brief.md'), 'r')
      const began = performance.now()
      const child = spawn('ssh', ['-F', sshd.configFile, '-S', 'none', ALIAS, command], {
        stdio: [brief, 'pipe', 'ignore'],
      })
      closeSync(brief)
      const { stdout } = child
      if (stdout === null) throw new Error('ssh without its output')
      const ended = once(child, 'exit')
      const isFirst = await Promise.race([once(stdout, 'data'), ended])
      const came = performance.now()
      stdout.resume()
      if (!(isFirst[0] instanceof Buffer)) throw new Error(`ssh ended with ${String(isFirst[0])}`)
      await ended
      return came - began
    },
  }
}

/** When the file's first byte was seen. */
async function untilSaid(path: string): Promise<number> {
  let at = 0
  const look = setInterval(() => {
    if (at === 0 && existsSync(path) && statSync(path).size > 0) at = performance.now()
  }, 1)
  try {
    return await eventually('the lane says something', () => at > 0 && at, 60_000)
  } finally {
    clearInterval(look)
  }
}
