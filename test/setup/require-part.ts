/**
 * The real parts that suites need. A suite whose part is missing is skipped aloud; under CI=true
 * it fails, so that a green CI means that everything ran.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

export type Part = 'sshd' | 'tmux' | 'git' | 'rsync' | 'pty' | 'root' | 'systemd' | 'dockerd'

/** Debian's package for each part that apt can bring. */
export const PACKAGES: Partial<Record<Part, string>> = {
  sshd: 'openssh-server',
  tmux: 'tmux',
  git: 'git',
  rsync: 'rsync',
  // With it come systemd itself and the system bus.
  systemd: 'libpam-systemd',
  dockerd: 'docker.io',
}

/** Debian keeps daemons in sbin, which a user's PATH often lacks. */
const BIN_DIRS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** The full path of a program, or null. */
export function findProgram(name: string): string | null {
  for (const dir of BIN_DIRS) {
    const path = join(dir, name)
    if (existsSync(path)) return path
  }
  return null
}

/** Why a part cannot be used here; null when it can. */
function lack(part: Part): string | null {
  if (part === 'pty') {
    return existsSync(new URL('../../node_modules/node-pty', import.meta.url))
      ? null
      : 'node-pty is not installed'
  }
  if (part === 'root') {
    return process.getuid?.() === 0 ? null : 'only root can be another user too'
  }
  if (part === 'systemd') return lackOfSystemd()
  if (part === 'dockerd' && spawnSync('unshare', ['-m', 'true']).status !== 0) {
    return 'dockerd needs root that may mount'
  }
  const needed = part === 'sshd' ? ['sshd', 'ssh', 'ssh-keygen', 'ssh-agent', 'ssh-add'] : [part]
  const missing = needed.filter(name => findProgram(name) === null)
  return missing.length === 0 ? null : `${missing.join(', ')} not found`
}

/** A systemd in namespaces of its own (real/parts/systemd.ts) needs what only root may do. */
function lackOfSystemd(): string | null {
  const needed = ['systemd-run', 'loginctl', 'dbus-daemon', 'unshare', 'nsenter', 'setpriv']
  const missing = needed.filter(name => findProgram(name) === null)
  if (missing.length > 0) return `${missing.join(', ')} not found`
  if (process.getuid?.() !== 0) return 'only root can start a systemd of its own'
  const tried = spawnSync('unshare', ['--mount', '--pid', '--cgroup', '--fork', 'true'])
  if (tried.status !== 0) return `no namespaces: ${String(tried.stderr).trim()}`
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  return / - cgroup2 /.test(mounts) ? null : 'no cgroup2 is mounted'
}

/** The parts of `PACKAGES` that are not here. */
export const missingParts = (): Part[] =>
  (Object.keys(PACKAGES) as Part[]).filter(part => lack(part) !== null)

type Suite = (name: string, suite: () => void) => void

/**
 * `requirePart('sshd')('name', () => …)` is a `describe` that runs when the parts are here. Else
 * it is skipped with the reason on stderr, or fails when CI=true.
 */
export function requirePart(...parts: Part[]): Suite {
  const reasons = parts.map(lack).filter(reason => reason !== null)
  if (reasons.length === 0) return describe
  const reason = reasons.join('; ')
  if (process.env['CI'] === 'true') {
    return name => {
      it(`${name}: can run`, () => {
        throw new Error(`CI=true and this suite cannot run: ${reason}`)
      })
    }
  }
  return (name, suite) => {
    process.stderr.write(`Not run: ${name}: ${reason}\n`)
    describe.skip(name, suite)
  }
}
