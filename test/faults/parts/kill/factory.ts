/**
 * A host that is this machine: a repository with a real origin, and an agent that is a small real
 * program. The agent notes each start and the prompt that it read: that is the world's word.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BoxHost } from '../../../../adapters/box.ts'
import { MARK } from '../../../../src/probe/runner/waiting.ts'
import type { BoxProfile, DockerConfig } from '../../../../state/box-config.ts'
import type { LaunchConfig } from '../../../../state/config.ts'
import { isAlive, killOne, readProcess } from '../../../real/parts/processes.ts'
import { launchPlace } from '../launch-place.ts'

/** What the agent does, by a word of its brief. `quiet` ends at once without a byte. */
const HABITS = ['stays', 'short', 'quiet', 'deaf'] as const
export type Habit = (typeof HABITS)[number]

export const THREAD = '0192a000-0000-7000-8000-000000000001'

const agentOf = (dir: string) => `#!/bin/sh
prompt=$(cat)
read -r host </proc/sys/kernel/hostname
echo "$host $$ $${MARK} $prompt" | tr '\\n' ' ' | sed 's/ $/\\n/' >> ${dir}/notes/starts
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
  /** As the journal names who waits: a pid, or a box. */
  who: string
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
  /** The probe itself, of the pid that was started for it. */
  probeOf(pid: number): number[]
  /** Null where runs are processes of the host. */
  readonly boxes: FactoryBoxes | null
  clear(): void
}

export interface FactoryBoxes {
  /** Straight to the engine: nobody strikes it. */
  readonly host: BoxHost
  readonly docker: DockerConfig
  readonly profiles: Readonly<Record<string, BoxProfile>>
  /** Of the box that has that host name inside. */
  nameOf(hostname: string): string
  /** The engine's own word: the name of a box for each time that it started. */
  started(): readonly string[]
}

/** Where its lanes run, when that is not this machine itself. */
export interface FactoryHost {
  readonly runner: 'systemd' | 'box'
  readonly user: string
  /** Words before a command, which then runs there as that user. */
  readonly login: readonly string[]
  /** The pid out here of a process in there. */
  outside(pid: number): number | null
  /** What was started by `login`, out here. */
  inside(pid: number): number[]
  /** Its engine, for lanes that are boxes. */
  boxesFor?(at: (name: string) => string): FactoryBoxes
}

export function newFactory(dir: string, host: FactoryHost | null = null): Factory {
  const runner = host?.runner ?? 'session'
  mkdirSync(join(dir, 'notes'))
  // The agent's own files would be there too.
  const env = { FACTORY: dir, CODEX_HOME: join(dir, 'notes') }
  const more = { runner, box: 'work', env }
  const { at, git, launch } = launchPlace(dir, agentOf(dir), more)
  const boxes = host?.boxesFor?.(at) ?? null
  if (host !== null) execFileSync('chown', ['-R', host.user, dir])
  const path = at('notes/starts')
  const notes = () => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  const starts = (stem: string) =>
    notes()
      .split('\n')
      .flatMap(line => {
        const [on = '', pid = '', of = '', key = '', ...prompt] = line.split(' ')
        const who = boxes === null ? pid : boxes.nameOf(on)
        return of === stem ? [{ who, stem, key, prompt: prompt.join(' ') }] : []
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
    probeOf: pid => host?.inside(pid) ?? [pid],
    boxes,
    clear: () => {
      for (const { pid } of marked()) killOne(pid)
    },
  }
}
