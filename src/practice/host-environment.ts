/** The environment in which everything on the practice host runs: its own home and programs. */
import { delimiter, dirname } from 'node:path'
import type { Layout } from './layout.ts'

/** Taken over from the caller, for they say where programs and temporary files are. */
const KEPT = ['TMPDIR', 'LANG', 'TZ'] as const

export function hostEnvironment(layout: Layout, base: NodeJS.ProcessEnv): Record<string, string> {
  const kept = KEPT.flatMap(name => (base[name] === undefined ? [] : [[name, base[name]] as const]))
  const path = [layout.bin, base.PATH ?? '/usr/local/bin:/usr/bin:/bin', dirname(process.execPath)]
  return {
    ...Object.fromEntries(kept),
    HOME: layout.home,
    USER: 'factory',
    LOGNAME: 'factory',
    SHELL: '/bin/sh',
    PATH: path.join(delimiter),
    // The operator's own git settings (signing, hooks, templates) must not reach in here.
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  }
}

/** `~/.gitconfig` of the practice host. */
export const GIT_CONFIG = `[user]
	name = Lane Agent
	email = lane-agent@tidewater.invalid
[init]
	defaultBranch = main
[gc]
	auto = 0
[maintenance]
	auto = false
[commit]
	gpgSign = false
[safe]
	directory = *
[advice]
	detachedHead = false
`
