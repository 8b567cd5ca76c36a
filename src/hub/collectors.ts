/** The collectors that run on the operator's side: GitHub, and this machine's own transcripts. */
import type { Collector } from '../../adapters/collector.ts'
import { githubCollectors } from '../../adapters/github/collector.ts'
import { readSecret } from '../../adapters/secret.ts'
import { transcriptsCollector } from '../../adapters/transcripts/collector.ts'
import type { ProfileConfig } from '../../state/config.ts'

export interface HubWorld {
  now(): number
  home: string
  env: NodeJS.ProcessEnv
  /** With `local` the host is this machine, and the probe looks at its transcripts already. */
  kind: 'ssh' | 'local'
  /** Asks GitHub. */
  fetch: typeof fetch
}

export function hubCollectors(profile: ProfileConfig, world: HubWorld): Collector[] {
  const { now, home, env, kind, fetch } = world
  const secret = (source: Parameters<typeof readSecret>[0]) => readSecret(source, { env, home })
  const here =
    kind === 'ssh' && profile.pkm.here
      ? [transcriptsCollector(profile.pkm, 'here', { now, home })]
      : []
  return [...githubCollectors(profile.github, { now, secret, fetch }), ...here]
}
