/**
 * A host on which lanes can be launched: behind a real sshd, with the real agents, a repository
 * with a real origin, and the operator's side for it.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Engine } from '../../../state/words.ts'
import { scratch } from '../../setup/scratch.ts'
import { installClaude, writeClaudeHome } from './claude.ts'
import { installCodex, writeCodexHome } from './codex.ts'
import { launchTable } from './launch-table.ts'
import { newOperator, type Operator } from './operator.ts'
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts'

export interface LaneFactory {
  readonly sshd: Sshd
  /** A path in the factory's directory on the host. */
  at(name: string): string
  git(where: string, ...args: string[]): string
  /** Gives what was written since to the host's user. */
  handOver(): void
  profile(name: string, lines?: ProfileLines): string
  operator(...profiles: string[]): Operator
}

export type Env = Readonly<Record<string, string>>

/** Of a profile of the config. */
export interface ProfileLines {
  /** Lines of TOML for it, and for its `[launch]`. */
  profile?: string
  launch?: string
  /** Tables of it, by their name. */
  tables?: Readonly<Record<string, string>>
  env?: Env
  /** What agents show their provider, unless their homes say how. */
  keys?: Env
}

export interface LaneFactoryOptions extends SshdOptions {
  /** What the repository begins with, by path. */
  files?: Readonly<Record<string, string>>
}

const KEYS: Env = { LOOPBACK_KEY: 'k', ANTHROPIC_API_KEY: 'k' }

const INSTALL: Record<Engine, () => Promise<string>> = {
  codex: installCodex,
  claude: installClaude,
}

/** `baseUrl` is of the model server that its agents ask. */
export async function newLaneFactory(
  baseUrl: string,
  engines: readonly Engine[],
  { files = {}, ...options }: LaneFactoryOptions = {},
): Promise<LaneFactory> {
  const sshd = await startSshd(options)
  onTestFinished(() => sshd.remove())
  const dir = join(sshd.dir, 'factory')
  const at = (name: string) => join(dir, name)
  mkdirSync(dir)
  for (const engine of engines) {
    const native = await INSTALL[engine]()
    // The host's user may not be able to enter this checkout: the program gets a second name.
    try {
      linkSync(native, at(engine))
    } catch {
      copyFileSync(native, at(engine))
    }
    chmodSync(at(engine), 0o755)
  }
  await writeCodexHome(at('codex-home'), baseUrl)
  await writeClaudeHome(at('claude-home'))
  const git = (where: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-C', at(where), ...args], {
      encoding: 'utf8',
    }).trim()
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@factory.test']
  git('.', 'init', '-q', '--bare', '-b', 'main', 'origin.git')
  git('.', 'init', '-q', '-b', 'main', 'seed')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(`seed/${path}`)), { recursive: true })
    writeFileSync(at(`seed/${path}`), text)
  }
  git('seed', 'add', '-A')
  git('seed', ...author, 'commit', '-q', '--allow-empty', '-m', 'begin')
  git('seed', 'push', '-q', at('origin.git'), 'main')
  git('.', 'clone', '-q', at('origin.git'), 'app')
  git('app', 'config', 'user.name', 'Lane')
  git('app', 'config', 'user.email', 'lane@factory.test')
  const handOver = () => {
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, dir])
  }
  handOver()

  const profile: LaneFactory['profile'] = (name, lines = {}) => {
    const env = {
      CODEX_HOME: at('codex-home'),
      CLAUDE_CONFIG_DIR: at('claude-home'),
      ANTHROPIC_BASE_URL: baseUrl.replace(/\/v1$/, ''),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...(lines.keys ?? KEYS),
      ...lines.env,
    }
    const tables = Object.entries(lines.tables ?? {})
    const pairs = Object.entries(env).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    const launch = [
      ...engines.map(engine => `${engine} = "${at(engine)}"`),
      `env = { ${pairs.join(', ')} }`,
      lines.launch ?? '',
    ]
    return `
[profiles.${name}]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${process.execPath}"
lanes = { codexHomes = [], claudeHomes = [] }
spine = { cron = false, timers = false }
${lines.profile ?? ''}
${launchTable(name, at, launch.join('\n'), 'origin.git')}${tables.map(([table, text]) => `[profiles.${name}.${table}]\n${text}`).join('\n')}
`
  }
  const operator = (...profiles: string[]) => newOperator({ select: [], config: profiles.join('') })
  return { sshd, at, git, handOver, profile, operator }
}

/** Writes a brief that passes, and returns its path; `more` stands in its task. */
export function writeBrief(name: string, more = ''): string {
  const path = join(scratch(), `${name}.md`)
  const text = `# TASK\nAdd a line. ${more}\n# DO\nCommit it.\n# DO NOT\nPush.\n# OUTPUT\nout.txt\n# STOP\nThen.\n`
  writeFileSync(path, text)
  return path
}
