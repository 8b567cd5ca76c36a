/** The mirror of a dock's repository: where it lies, how it is mended, and what lets git in. */
import { join } from 'node:path'
import { type Mirror, openMirror } from '../../../adapters/git/mirror.ts'
import { damageOf, removeMirror } from '../../../adapters/git/mirror-health.ts'
import type { DockRepo, ProfileConfig, SecretSource } from '../../../state/config.ts'
import type { ProbeSession } from '../probe-session.ts'
import type { DockDeps } from './dock-deps.ts'
import { openHostMirror } from './host-mirror.ts'

export interface DockMirrorDeps {
  profile: Pick<ProfileConfig, 'github' | 'dock'>
  ask: ProbeSession['request']
  /** Directory of the mirrors on this machine. */
  mirrors: string
  env: NodeJS.ProcessEnv
  secret(source: SecretSource): Promise<string>
}

interface DockMirror {
  open(): Promise<Mirror>
  mend: DockDeps['mend']
}

export function dockMirror(
  { repo, mirror }: Pick<DockRepo, 'repo' | 'mirror'>,
  remote: string,
  { profile, ask, mirrors, env, secret }: DockMirrorDeps,
): DockMirror {
  const name = `${repo.replace('/', '+')}.git`
  // On the host it is not ours to take away.
  if (mirror === 'host') {
    return { open: () => openHostMirror({ ask, name, remote }), mend: async () => null }
  }
  const { github, dock } = profile
  const dir = join(mirrors, name)
  const access = async (purpose: 'fetch' | 'push'): Promise<NodeJS.ProcessEnv> => {
    if (!/^https?:/.test(remote)) return {}
    // What reads never lands: without a token of its own for that nothing is pushed.
    const source = purpose === 'push' ? dock.mergeToken : github.token
    if (source === undefined) {
      const token = purpose === 'push' ? 'dock.mergeToken' : 'github.token'
      throw new Error(`${repo}: ${token} names no token to ${purpose} with`)
    }
    return headerOf(remote, await secret(source))
  }
  return {
    open: () => openMirror({ dir, remote, env, access }),
    mend: async () => {
      const damage = await damageOf(dir, { env, now: Date.now })
      if (damage !== null) await removeMirror(dir)
      return damage
    },
  }
}

/** GitHub's own address of a repository, with its git beside its API. */
export function githubRemote(api: string, repo: string): string {
  const { origin, host } = new URL(api)
  return host === 'api.github.com' ? `https://github.com/${repo}.git` : `${origin}/${repo}.git`
}

/** A header for git, in its environment: arguments are seen by all on this machine. */
function headerOf(remote: string, token: string): NodeJS.ProcessEnv {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(remote).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  }
}
