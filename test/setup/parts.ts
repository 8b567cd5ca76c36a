/**
 * Before any test: gets the real parts that the suites stand on, where that may be done without
 * asking (root on a Debian machine). What stays missing is said by each suite (require-part.ts).
 */
import { spawnSync } from 'node:child_process'
import { missingParts, PACKAGES } from './require-part.ts'

const APT = {
  encoding: 'utf8',
  env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
} as const

/** Installs packages quietly; returns what apt said when that failed. */
function install(packages: readonly string[]): string | null {
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const apt = spawnSync('apt-get', args, APT)
    if (apt.error) return apt.error.message
    if (apt.status !== 0) return apt.stderr.trim()
  }
  return null
}

export default function setup(): void {
  const packages = missingParts().flatMap(part => PACKAGES[part] ?? [])
  if (packages.length === 0) return
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  const trouble = mayInstall ? install(packages) : 'not root on a machine with apt-get'
  if (trouble) process.stderr.write(`Not installed: ${packages.join(', ')} (${trouble})\n`)
}
