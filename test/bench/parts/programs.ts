/** Programs that a bench stands beside: found, or installed where that may be done unasked. */
import { spawnSync } from 'node:child_process'
import { findProgram } from '../../setup/require-part.ts'

/** Debian's package by program. */
const PACKAGES = {
  sshd: 'openssh-server',
  tmux: 'tmux',
  htop: 'htop',
  btop: 'btop',
  strace: 'strace',
} as const

export type ProgramName = keyof typeof PACKAGES

const APT = ['install', '-y', '-qq', '--no-install-recommends']

/** Why these cannot be used here; null when all can. Installs as root on Debian. */
export function lackOf(...names: readonly ProgramName[]): string | null {
  const missing = () => names.filter(name => findProgram(name) === null)
  const wanted = missing()
  if (wanted.length === 0) return null
  const mayInstall = process.getuid?.() === 0 && findProgram('apt-get') !== null
  if (!mayInstall) return `${wanted.join(', ')} not found, and this is not root on Debian`
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  const install = () =>
    spawnSync('apt-get', [...APT, ...wanted.map(name => PACKAGES[name])], options).status === 0
  // The lists of packages may be old, or not there at all.
  if (!install() && spawnSync('apt-get', ['update', '-qq'], options).status === 0) install()
  const left = missing()
  return left.length === 0 ? null : `${left.join(', ')} not found, and apt-get could not bring it`
}
