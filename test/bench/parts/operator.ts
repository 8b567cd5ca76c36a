/** The operator's side: the built program with files of its own, and its hubs. */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'smol-toml'
import { connectHub } from '../../../src/client/connect.ts'
import { choose } from '../../../src/profile/choose.ts'
import { loadConfig } from '../../../src/profile/load-config.ts'
import { findPaths } from '../../../src/profile/paths.ts'
import type { SocketClient } from '../../../src/rpc/client.ts'
import type { Defer } from './defer.ts'

const run = promisify(execFile)
export const PROGRAM = new URL('../../../dist/main.js', import.meta.url).pathname

export interface Profile {
  readonly host: string
  readonly sshConfig?: string
  readonly node?: string
  readonly lanes: { readonly logs: readonly string[] }
  /** As the config has it. */
  readonly launch?: object
  readonly dispatch?: object
}

export interface Operator {
  readonly env: NodeJS.ProcessEnv
  /** Words after `node`. */
  command(profile: string, ...words: readonly string[]): string[]
  /** One run of the program; resolves when it has ended well. */
  dockmaster(profile: string, ...words: readonly string[]): Promise<string>
  /** Starts the hub if need be, and waits until it serves. Resolves with its pid. */
  prewarm(profile: string): Promise<number>
  /** A client in this process, of a hub that runs already. */
  connect(profile: string): Promise<SocketClient>
  /** As dockmaster, as a process whose pieces the caller needs. */
  start(profile: string, ...words: readonly string[]): ReturnType<typeof spawn>
}

export function newOperator(profiles: Readonly<Record<string, Profile>>, defer: Defer): Operator {
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-bench-'))
  // A hub that was told to stop may still close its journal.
  defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_RUNTIME_DIR: join(dir, 'run'),
  }
  const paths = findPaths(env)
  for (const made of [env.XDG_RUNTIME_DIR, join(env.XDG_CONFIG_HOME, 'dockmaster')]) {
    mkdirSync(made, { recursive: true, mode: 0o700 })
  }
  writeFileSync(paths.config, stringify({ profiles }))

  const command = (profile: string, ...words: readonly string[]) => [
    PROGRAM,
    ...words,
    '--profile',
    profile,
  ]
  const dockmaster = async (profile: string, ...words: readonly string[]) => {
    const { stdout } = await run(process.execPath, command(profile, ...words), { env })
    return stdout
  }
  for (const profile of Object.keys(profiles)) defer(() => dockmaster(profile, 'stop'))
  return {
    env,
    command,
    dockmaster,
    prewarm: async profile => {
      const status = JSON.parse(await dockmaster(profile, 'prewarm', '--json')) as { pid: number }
      return status.pid
    },
    connect: async profile => {
      const loaded = loadConfig(paths.config)
      if (!loaded.ok) throw new Error(loaded.message)
      const choice = choose({ profile }, loaded.config, () => null)
      if (choice.kind !== 'chosen') throw new Error(`no profile ${profile}`)
      const version = (await dockmaster(profile, '--version')).trim()
      const say = (line: string) => void process.stderr.write(`${line}\n`)
      const client = await connectHub(choice.chosen, { paths, version, hubCommand: [], say })
      defer(() => client.close())
      return client
    },
    start: (profile, ...words) => spawn(process.execPath, command(profile, ...words), { env }),
  }
}
