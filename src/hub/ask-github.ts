/** A question to GitHub beside those of its collector, with the token of reads. */
import { cameOf, tellCame } from '../../adapters/github/came.ts'
import { type GithubClient, githubClient } from '../../adapters/github/client.ts'
import type { ProfileConfig, SecretSource } from '../../state/config.ts'

export interface AskGithubDeps {
  profile: Pick<ProfileConfig, 'github'>
  secret(source: SecretSource): Promise<string>
  signal: AbortSignal
  fetch: typeof fetch
  now(): number
}

export type GithubSaid<T> =
  | { readonly kind: 'told'; readonly value: T }
  /** Why it could not be asked, without the token. */
  | { readonly kind: 'fault'; readonly fault: string }

export async function askGithub<T>(
  repo: string,
  { profile: { github }, secret, signal, fetch, now }: AskGithubDeps,
  question: (client: GithubClient) => Promise<T>,
): Promise<GithubSaid<T>> {
  if (github.token === undefined) return { kind: 'fault', fault: 'github.token is not there' }
  let token = ''
  try {
    token = await secret(github.token)
    const client = githubClient({ api: github.api, repo, token, signal, fetch, now })
    return { kind: 'told', value: await question(client) }
  } catch (error) {
    if (token !== '') return { kind: 'fault', fault: tellCame(cameOf(error, token, now())) }
    return { kind: 'fault', fault: error instanceof Error ? error.message : String(error) }
  }
}
