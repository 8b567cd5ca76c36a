/**
 * A host that is this machine: a repository with a real origin, and an agent that is a small real
 * program. The agent notes each start and the prompt that it read: that is the world's word.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { MARK } from '../../../../src/probe/runner/waiting.ts'
import type { LaunchConfig } from '../../../../state/config.ts'
import { isAlive, killOne, readProcess } from '../../../real/parts/processes.ts'
import { launchPlace } from '../launch-place.ts'

/** What the agent does, by a word of its brief. `quiet` ends at once without a byte. */
export const HABITS = ['stays', 'short', 'quiet', 'deaf'] as const
export type Habit = (typeof HABITS)[number]

export const THREAD = '0192a000-0000-7000-8000-000000000001'

const agentOf = (dir: string) => `#!/bin/sh
prompt=$(cat)
echo "$$ $${MARK} $prompt" | tr '\\n' ' ' | sed 's/ $/\\n/' >> ${dir}/starts
case $prompt in
*quiet*) echo 'it had nothing to say' >&2; exit 3 ;;
*deaf*) trap '' INT ;;
esac
echo '{"type":"thread.started","thread_id":"${THREAD}"}'
case $prompt in *short*) exit 0 ;; esac
setsid -f sleep 600 </dev/null >/dev/null 2>&1
exec sleep 600
`

export interface Start {
  pid: number
  stem: string
  key: string
  prompt: string
}

export interface Factory {
  readonly dir: string
  readonly launch: LaunchConfig
  readonly env: NodeJS.ProcessEnv
  /** Words before a program that runs on its host; none on this machine. */
  readonly enter: readonly string[]
  at(name: string): string
  /** Every start of the agent, by its own note. */
  starts(stem: string): Start[]
  branches(): string
  /** Living processes that carry the run's mark, and shells that wait at its gate. */
  processes(stem: string): { pid: number; isWaiting: boolean }[]
  /** What has that stem, or the lane's name, in the directories of logs and worktrees. */
  leftovers(stem: string): string[]
  /** Of a pid as records tell it. */
  isAlive(pid: number): boolean
  clear(): void
}

/** Where its lanes run, when that is not this machine itself. */
export interface FactoryHost {
  readonly user: string
  /** Words before a command, which then runs there as that user. */
  readonly login: readonly string[]
  /** The pid out here of a process in there. */
  outside(pid: number): number | null
}

export function newFactory(dir: string, host: FactoryHost | null = null): Factory {
  const runner = host === null ? 'session' : 'systemd'
  const { at, git, launch } = launchPlace(dir, agentOf(dir), { runner, env: { FACTORY: dir } })
  if (host !== null) execFileSync('chown', ['-R', host.user, dir])
  const notes = () => (existsSync(at('starts')) ? readFileSync(at('starts'), 'utf8') : '')
  const starts = (stem: string) =>
    notes()
      .split('\n')
      .flatMap(line => {
        const [pid, of = '', key = '', ...prompt] = line.split(' ')
        return of === stem ? [{ pid: Number(pid), stem, key, prompt: prompt.join(' ') }] : []
      })
  const list = (name: string) => (existsSync(at(name)) ? readdirSync(at(name)) : [])
  const marked = () =>
    readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
      .filter(isAlive)
      .flatMap(pid => {
        const words = readProcess(`/proc/${pid}/cmdline`).split('\0')
        const mark = readProcess(`/proc/${pid}/environ`)
          .split('\0')
          .find(entry => entry.startsWith(`${MARK}=`))
        const stem = mark?.slice(MARK.length + 1).split(' ')[0] ?? ''
        const isOurs = readProcess(`/proc/${pid}/environ`).includes(`FACTORY=${dir}\0`)
        return isOurs && stem !== ''
          ? [{ pid, stem, isWaiting: words.some(word => word.endsWith(`/${stem}.gate`)) }]
          : []
      })
  return {
    dir,
    launch,
    at,
    starts,
    env: { ...process.env, SHELL: '/bin/sh', HOME: dir },
    branches: () => git('app', 'branch', '--list', '--format=%(refname:short)', 'lane/*'),
    processes: stem => marked().filter(each => each.stem === stem),
    leftovers: stem => [
      ...list('logs')
        .filter(name => name.startsWith(`${stem}.`))
        .map(name => `logs/${name}`),
      ...list('trees')
        .filter(name => name === stem)
        .map(name => `trees/${name}`),
    ],
    enter: host?.login ?? [],
    isAlive: pid => (host === null ? isAlive(pid) : host.outside(pid) !== null),
    clear: () => {
      for (const { pid } of marked()) killOne(pid)
    },
  }
}
