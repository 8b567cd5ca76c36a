/** A real sshd on loopback: throwaway configuration, keys and port. Stopped by its pid. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../setup/eventually.ts'
import { findProgram } from '../../setup/require-part.ts'
import { freePort } from './ports.ts'
import { descendants, identitiesOf, killOne, killThat } from './processes.ts'

export interface SshdOptions {
  maxSessions?: number
  /** More lines for sshd_config. */
  config?: string[]
  hostKeyTypes?: KeyType[]
  forwardsSockets?: boolean
  /** Where it runs, when not beside us. */
  inside?: Inside
}

/** A place with processes of its own, like namespaces. */
export interface Inside {
  /** A directory that both sides may write to. */
  readonly dir: string
  /** Words before a command, which then runs inside; they stay above it as one process. */
  readonly enter: readonly string[]
}

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa'

export interface Sshd {
  readonly dir: string
  /** Of the listener: what serves a connection is below it. */
  readonly pid: number
  readonly port: number
  readonly user: string
  /** `user@127.0.0.1:port` */
  readonly target: string
  /** For ssh's `-F`: the alias `factory`, its key, and nothing of the real user's. */
  readonly configFile: string
  readonly userKey: string
  readonly knownHosts: string
  /** The public host key of that type, as known_hosts wants it: `TYPE BLOB`. */
  hostKey(type?: KeyType): string
  /** TCP connections that it accepted since it started. */
  connections(): number
  /** Processes below the listener: those that serve connections, and what they started. */
  sessions(): number[]
  /** Kills the processes that serve connections, as a crash would; the listener stays. */
  killSessions(): void
  log(): string
  /** Stops listening and ends every connection. */
  stop(): Promise<void>
  /** Starts it again on the same port with the same keys. */
  restart(): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

const TEST_USER = 'dockmaster-test'

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const program = findProgram('sshd')
  if (program === null) throw new Error('sshd is not installed')
  const { inside } = options
  const dir = mkdtempSync(join(inside?.dir ?? tmpdir(), 'dockmaster-sshd-'))
  chmodSync(dir, 0o755)
  const user = accountFor()
  const types = options.hostKeyTypes ?? ['ed25519']
  for (const type of types) makeKey(join(dir, `host_${type}`), type)
  const userKey = join(dir, 'user_ed25519')
  makeKey(userKey, 'ed25519')
  mkdirSync(join(dir, 'state'))
  chmodSync(join(dir, 'state'), 0o777)
  const knownHosts = join(dir, 'known_hosts')
  let log = ''
  let child: ReturnType<typeof spawn> | null = null

  const launch = async (port: number): Promise<void> => {
    const config = join(dir, 'sshd_config')
    writeFileSync(config, serverConfig(dir, port, types, options))
    const [file, ...words] = [...(inside?.enter ?? []), program, '-D', '-e', '-f', config]
    const started = spawn(file, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    // A suite that dies must not leave it behind.
    const endWithUs = () => started.kill()
    process.once('exit', endWithUs)
    started.once('exit', () => process.off('exit', endWithUs))
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    const before = log.length
    await eventually('sshd listens or ends', () =>
      started.exitCode === null ? log.slice(before).includes('Server listening') : true,
    )
    if (started.exitCode !== null) throw new Error(`sshd ended: ${log}`)
  }
  const listener = () => {
    const pid = child?.pid ?? 0
    return inside === undefined ? pid : (descendants(pid)[0] ?? 0)
  }
  const sessions = () => descendants(listener())
  const stop = async (): Promise<void> => {
    const running = child
    child = null
    if (!running || running.exitCode !== null) return
    const gone = once(running, 'exit')
    const served = identitiesOf(descendants(running.pid ?? 0))
    running.kill('SIGTERM')
    await gone
    served.forEach(killThat)
  }

  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  const port = await freePort()
  await launch(port)
  const target = `${user}@127.0.0.1:${port}`
  const hostKey = (type: KeyType = types[0] ?? 'ed25519') =>
    readFileSync(join(dir, `host_${type}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ')
      .trim()
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey()}\n`)
  const configFile = join(dir, 'ssh_config')
  writeFileSync(configFile, clientConfig({ alias: 'factory', port, user, userKey, knownHosts }))
  return {
    dir,
    get pid() {
      return listener()
    },
    port,
    user,
    target,
    configFile,
    userKey,
    knownHosts,
    hostKey,
    connections: () => log.match(/^Connection from /gm)?.length ?? 0,
    sessions,
    killSessions: () => {
      for (const pid of sessions()) killOne(pid)
    },
    log: () => log,
    stop,
    restart: async () => {
      await stop()
      await launch(port)
    },
    remove: async () => {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A stanza of an ssh_config that touches nothing of the real user's. */
export const clientConfig = (host: {
  alias: string
  port: number
  user: string
  userKey: string
  knownHosts: string
  more?: string[]
}): string =>
  [
    `Host ${host.alias}`,
    '  HostName 127.0.0.1',
    `  Port ${host.port}`,
    `  User ${host.user}`,
    ...(host.more ?? []).map(line => `  ${line}`),
    `  IdentityFile ${host.userKey}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${host.knownHosts}`,
    '  GlobalKnownHostsFile none',
    '',
  ].join('\n')

function serverConfig(dir: string, port: number, types: KeyType[], options: SshdOptions): string {
  return [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    ...types.map(type => `HostKey ${join(dir, `host_${type}`)}`),
    `PidFile ${join(dir, 'pid')}`,
    `AuthorizedKeysFile ${join(dir, 'user_ed25519.pub')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'AllowTcpForwarding local',
    `AllowStreamLocalForwarding ${options.forwardsSockets === false ? 'no' : 'yes'}`,
    'LogLevel VERBOSE',
    // Suites that run side by side have a lock each.
    `SetEnv XDG_STATE_HOME=${join(dir, 'state')}`,
    ...(options.maxSessions === undefined ? [] : [`MaxSessions ${options.maxSessions}`]),
    ...(options.config ?? []),
    '',
  ].join('\n')
}

export function makeKey(path: string, type: KeyType, passphrase = ''): void {
  const size = type === 'rsa' ? ['-b', '2048'] : []
  execFileSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', '', '-f', path])
}

/** Root signs in as a user of its own; anybody else as themselves. */
export function accountFor(): string {
  if (process.getuid?.() !== 0) return userInfo().username
  const exists = () => spawnSync('id', [TEST_USER]).status === 0
  if (exists()) return TEST_USER
  const made = spawnSync('useradd', ['-m', '-s', '/bin/bash', '-p', '*', TEST_USER])
  // Another worker may have been first.
  if (made.status !== 0 && !exists()) throw new Error(`useradd: ${String(made.stderr)}`)
  return TEST_USER
}
