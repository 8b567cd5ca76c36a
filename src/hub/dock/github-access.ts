/** Acts on GitHub with the right token: one reviews, the other one merges, and neither stands in. */
import { setTimeout as delay } from 'node:timers/promises'
import { type GithubActs, githubActs } from '../../../adapters/github/acts.ts'
import { githubClient } from '../../../adapters/github/client.ts'
import { newWritePace } from '../../../adapters/github/write-pace.ts'
import type { ProfileConfig, SecretSource } from '../../../state/config.ts'
import { TokenFault } from './pull-steps.ts'

export interface GithubAccessDeps {
  fetch: typeof fetch
  profile: Pick<ProfileConfig, 'github' | 'dock'>
  secret(source: SecretSource): Promise<string>
  signal: AbortSignal
  now(): number
}

export type GithubAccess = (repo: string, purpose: 'review' | 'merge') => Promise<GithubActs>

const NAMES = { review: 'github.token', merge: 'dock.mergeToken' } as const

export const wait = (ms: number): Promise<void> => delay(ms, undefined, { ref: false })

/** Rejects with TokenFault, which holds no token. */
export function githubAccess({
  profile,
  secret,
  signal,
  fetch,
  now,
}: GithubAccessDeps): GithubAccess {
  const { github, dock } = profile
  const pace = newWritePace({ now, wait })
  return async (repo, purpose) => {
    const source = purpose === 'review' ? github.token : dock.mergeToken
    if (source === undefined) throw new TokenFault(`held: ${NAMES[purpose]} is not there`)
    const token = await tokenOf(source, purpose, secret)
    const client = githubClient({ api: github.api, repo, token, signal, fetch, now })
    return githubActs({ client, token, pace, now, wait })
  }
}

async function tokenOf(
  source: SecretSource,
  purpose: keyof typeof NAMES,
  secret: GithubAccessDeps['secret'],
): Promise<string> {
  try {
    return await secret(source)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TokenFault(`held: ${NAMES[purpose]} cannot be read: ${why}`)
  }
}
