/**
 * Where everything lives on the operator's side, by the XDG base directory rules, and the check
 * that nobody else can read or replace it.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface Paths {
  /** `config.toml`; it may be absent. */
  readonly config: string
  /** Journals and their backups. */
  readonly state: string
  /** Sockets and locks. */
  readonly runtime: string
}

/** Reads the environment; creates nothing. */
export function findPaths(env: NodeJS.ProcessEnv): Paths {
  const home = env.HOME ?? userInfo().homedir
  const config = env.XDG_CONFIG_HOME ?? join(home, '.config')
  const state = env.XDG_STATE_HOME ?? join(home, '.local', 'state')
  const runtime = env.XDG_RUNTIME_DIR
  return {
    config: join(config, 'dockmaster', 'config.toml'),
    state: join(state, 'dockmaster'),
    runtime: runtime
      ? join(runtime, 'dockmaster')
      : join(tmpdir(), `dockmaster-${process.getuid?.() ?? userInfo().username}`),
  }
}

/** A socket's path may hold about 104 bytes (macOS), so long names become a hash. */
const MAX_SOCKET = 100

export function profileFiles(paths: Paths, profile: string) {
  const hash = createHash('sha256').update(profile).digest('hex').slice(0, 12)
  const plain = /^[\w.-]{1,40}$/.test(profile) ? profile : hash
  const socket = join(paths.runtime, `${plain}.sock`)
  return {
    socket: socket.length <= MAX_SOCKET ? socket : join(paths.runtime, `${hash.slice(0, 8)}.sock`),
    lock: join(paths.runtime, `${plain}.lock`),
    log: join(paths.state, `${plain}.hub.log`),
    journal: join(paths.state, `${plain}.journal.db`),
    mirrors: join(paths.state, `${plain}.mirrors`),
  }
}

export class UnsafeDirectory extends Error {
  override readonly name = 'UnsafeDirectory'
}

/**
 * Makes `dir` (0700) or checks that what stands there is private. Throws UnsafeDirectory: a link
 * or a stranger's directory is never used.
 */
export function privateDirectory(dir: string): string {
  let unmade = ''
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    unmade = (error as Error).message
  }
  if (isPrivateDirectory(dir)) return dir
  throw new UnsafeDirectory(`${dir} cannot be made (${unmade}): see to the directory above it`)
}

/**
 * Whether a real directory of ours stands there that nobody else can enter; false when nothing
 * does. Throws UnsafeDirectory for anything else.
 */
export function isPrivateDirectory(dir: string): boolean {
  const stat = entryAt(dir)
  if (stat === null) return false
  const uid = process.getuid?.()
  const fault = !stat.isDirectory()
    ? 'is not a directory (a link, perhaps)'
    : uid !== undefined && stat.uid !== uid
      ? `belongs to user ${stat.uid}, not to you (${uid})`
      : (stat.mode & 0o077) !== 0
        ? `can be entered by others (mode ${(stat.mode & 0o777).toString(8)})`
        : null
  if (fault === null) return true
  throw new UnsafeDirectory(
    `${dir} ${fault}: remove it, or make it yours alone with chmod 700, then try again`,
  )
}

/** What stands there itself, a link not followed; null when it cannot be looked at. */
function entryAt(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch {
    return null
  }
}
