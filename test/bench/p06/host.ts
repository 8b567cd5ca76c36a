/** Ways to start a program on the host, and when its first byte was seen. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { eventually } from '../../setup/eventually.ts'
import type { Defer } from '../parts/defer.ts'
import { ALIAS, newLaunchPlace, PROGRAMS, type Program } from '../parts/launch-place.ts'
import { newOperator, type Operator } from '../parts/operator.ts'

export interface LaunchHost {
  /** Milliseconds from the command's start to the first byte of the lane's log. */
  lane(program: Program): Promise<number>
  /** To the first byte that ssh hands on. With `tree`, in a new worktree of its own. */
  ssh(program: Program, how: { tree: boolean }): Promise<number>
}

export async function newLaunchHost(defer: Defer): Promise<LaunchHost> {
  const { sshd, env, at, profileOf } = await newLaunchPlace(defer)
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
