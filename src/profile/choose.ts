/** Which factory is meant: a profile of the config, a host named on the command line, practice. */
import { createHash } from 'node:crypto'
import { type Config, ProfileConfig } from '../../state/config.ts'

/** The options that every command takes. */
export interface Selection {
  profile?: string
  host?: string
  /** As ssh's own `-F`. */
  sshConfig?: string
}

export interface Chosen {
  name: string
  profile: ProfileConfig
  persistMs: number
  /** Of the config's `pager`. */
  pager?: readonly string[]
  /** Same hash, same profile: a hub started on another one is replaced. */
  hash: string
}

export type Choice =
  | { kind: 'chosen'; chosen: Chosen }
  | { kind: 'none' }
  | { kind: 'unknown'; message: string }

export const PRACTICE = 'practice'

/**
 * `practice` is the running practice factory's profile, or null when none runs. `none` means that
 * nothing was named and the config names nothing either.
 */
export function choose(
  selection: Selection,
  config: Config,
  practice: () => ProfileConfig | null,
): Choice {
  const made = (name: string, profile: ProfileConfig): Choice => {
    const hash = createHash('sha256').update(JSON.stringify(profile)).digest('hex').slice(0, 16)
    const pager = config.pager && { pager: config.pager }
    return { kind: 'chosen', chosen: { name, profile, persistMs: config.persist, hash, ...pager } }
  }
  const { profile: named, host, sshConfig } = selection
  if (named !== undefined && host !== undefined) {
    return { kind: 'unknown', message: '--profile and --host name two different things: give one' }
  }
  if (host !== undefined) {
    const profile = ProfileConfig.parse({ host, ...(sshConfig ? { sshConfig } : {}) })
    return made(host, profile)
  }
  const names = Object.keys(config.profiles)
  const only = names.length === 1 ? names[0] : undefined
  const name = named ?? config.default ?? only
  if (name === undefined) {
    return names.length === 0
      ? { kind: 'none' }
      : { kind: 'unknown', message: `name one with --profile: ${names.join(', ')}` }
  }
  const configured = config.profiles[name]
  if (configured) return made(name, sshConfig ? { ...configured, sshConfig } : configured)
  if (name === PRACTICE) {
    const running = practice()
    if (running) return made(PRACTICE, running)
    const message = 'no practice factory runs: start one with `dockmaster practice up`'
    return { kind: 'unknown', message }
  }
  const known = names.length > 0 ? `known: ${names.join(', ')}` : 'the config has no profiles'
  return { kind: 'unknown', message: `no profile named ${name} (${known})` }
}
