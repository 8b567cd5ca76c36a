/**
 * The operator's side of one test: a home and XDG directories of its own, and the built program
 * run in them. Whatever was started there is gone when the test is over.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished } from 'vitest'
import { HubStatus } from '../../../src/rpc/hub-api.ts'
import { scratch } from '../../setup/scratch.ts'
import { isAlive, killOne } from './processes.ts'

export const PROGRAM = new URL('../../../dist/main.js', import.meta.url).pathname

export interface OperatorOptions {
  /** Words that say which factory is meant, before every subcommand. */
  select: readonly string[]
  program?: string
  /** Text of `config.toml`. */
  config?: string
}

export interface Ended {
  stdout: string
  stderr: string
  exitCode: number | undefined
}

const launch = (file: string, args: string[], env: NodeJS.ProcessEnv) =>
  execa(file, args, { env, extendEnv: false, reject: false, stdin: 'pipe' })
export type Started = ReturnType<typeof launch>

export interface Operator {
  readonly home: string
  readonly runtime: string
  readonly state: string
  readonly env: NodeJS.ProcessEnv
  /** The command line of a subcommand: program, then arguments. */
  line(...words: string[]): [program: string, args: string[]]
  /** A subcommand, its stdin open. */
  start(...words: string[]): Started
  /** Runs it to its end with that on stdin. */
  feed(input: string | Uint8Array, ...words: string[]): Promise<Ended>
  run(...words: string[]): Promise<Ended>
  /** What it printed, which must be all that it had to say. */
  printed(...words: string[]): Promise<string>
  /** Null when no hub runs. */
  hub(): Promise<HubStatus | null>
  /** Its hubs that live, by pid. */
  hubs(): number[]
  /** The same home with another program. */
  as(program: string): Operator
}

export function newOperator(options: OperatorOptions): Operator {
  const home = scratch()
  const [config, state, runtime] = ['config', 'state', 'run'].map(name => join(home, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(runtime, { mode: 0o700 })
  // What others can enter must be kept from them by the program, not by the test.
  chmodSync(home, 0o755)
  if (options.config !== undefined) {
    mkdirSync(join(config, 'dockmaster'), { recursive: true })
    writeFileSync(join(config, 'dockmaster', 'config.toml'), options.config)
  }
  const env = {
    PATH: process.env['PATH'] ?? '',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    HOME: home,
    XDG_CONFIG_HOME: config,
    XDG_STATE_HOME: state,
    XDG_RUNTIME_DIR: runtime,
  }
  // Registered after the scratch directory, so it is done before that is removed.
  onTestFinished(() => {
    for (const pid of processesOf(runtime)) killOne(pid)
  })
  return inHome({ home, state, runtime, env }, options.select, options.program ?? PROGRAM)
}

function inHome(
  place: Pick<Operator, 'home' | 'state' | 'runtime' | 'env'>,
  select: readonly string[],
  program: string,
): Operator {
  const line = (...words: string[]): [string, string[]] => [
    process.execPath,
    [program, ...select, ...words],
  ]
  const start = (...words: string[]): Started => {
    const [file, args] = line(...words)
    return launch(file, args, place.env)
  }
  const feed = async (input: string | Uint8Array, ...words: string[]): Promise<Ended> => {
    const child = start(...words)
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const { stdout, stderr, exitCode } = await child
    return { stdout, stderr, exitCode }
  }
  const run = (...words: string[]) => feed('', ...words)
  return {
    ...place,
    line,
    start,
    feed,
    run,
    async printed(...words) {
      const { stdout, stderr, exitCode } = await run(...words)
      expect({ words, stderr, exitCode }).toEqual({ words, stderr: '', exitCode: 0 })
      return stdout
    },
    hub: async () => HubStatus.nullable().parse(JSON.parse((await run('status', '--json')).stdout)),
    hubs: () =>
      processesOf(place.runtime).filter(pid =>
        read(`/proc/${pid}/cmdline`).startsWith('dockmaster-hub'),
      ),
    as: other => inHome(place, select, other),
  }
}

/** Living processes that were given this runtime directory: all of them are ours. */
function processesOf(runtime: string): number[] {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(
      pid =>
        read(`/proc/${pid}/environ`).split('\0').includes(`XDG_RUNTIME_DIR=${runtime}`) &&
        isAlive(pid),
    )
}

/** Empty when the process is gone or not ours to read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
