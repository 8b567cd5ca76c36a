/** What a dock asks of GitHub: read with the token of reads, told of with the one that may write. */
import { failed, type Look } from '../../../adapters/collector.ts'
import { cameOf, tellCame } from '../../../adapters/github/came.ts'
import { type GithubClient, githubClient } from '../../../adapters/github/client.ts'
import { commentOnce } from '../../../adapters/github/comment.ts'
import {
  type CheckState,
  type PullDetails,
  readCommitChecks,
  readDetails,
} from '../../../adapters/github/details.ts'
import { faultOf } from '../../../adapters/github/faults.ts'
import { readRequiredChecks } from '../../../adapters/github/required-checks.ts'
import type { ProfileConfig, SecretSource } from '../../../state/config.ts'

/** GitHub could not be asked: what its look comes to. */
export class LookFailed extends Error {
  override readonly name = 'LookFailed'
  readonly look: Look
  /** What GitHub asks to wait, in ms; null when it says nothing. */
  readonly waitMs: number | null
  constructor(look: Look, waitMs: number | null = null) {
    super(look.message ?? 'GitHub could not be asked')
    this.look = look
    this.waitMs = waitMs
  }
}

export interface GithubReadsDeps {
  profile: Pick<ProfileConfig, 'github' | 'dock'>
  repo: string
  base: string
  secret(source: SecretSource): Promise<string>
  signal: AbortSignal
  fetch: typeof fetch
  now(): number
}

/** Each read rejects with LookFailed, whose text holds no token. */
export interface GithubReads {
  details(): Promise<PullDetails[]>
  /** Names of the checks that the branch itself asks for. */
  requiredChecks(): Promise<readonly string[]>
  /** Checks of each commit; null when they cannot be read. Asks nothing about none. */
  checks(commits: readonly string[]): Promise<ReadonlyMap<string, CheckState[] | null>>
  /** Now, by GitHub's clock. */
  githubNow(): number
  /** Says it once. Null, or why GitHub will not have it said; rejects while that is not known. */
  say(number: number, words: { mark: string; text: string }): Promise<string | null>
}

/** So long what the branch asks for is believed: a push that it would refuse does not land anyway. */
const REQUIRED_MS = 5 * 60_000
const MEND = 'mend github.token in the profile'

export function githubReads(deps: GithubReadsDeps): GithubReads {
  const { profile, repo, signal, fetch, now } = deps
  const { github, dock } = profile
  let skewMs = 0
  let required: { at: number; names: readonly string[] } | null = null

  const tokenOf = async (source: SecretSource | undefined): Promise<string> => {
    if (source === undefined) {
      throw new LookFailed(failed('denied', `${repo}: no token is named to read it with`, MEND))
    }
    try {
      return await deps.secret(source)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new LookFailed(failed('denied', `${repo}: ${why}`, MEND))
    }
  }
  const clientOf = (token: string): GithubClient =>
    githubClient({ api: github.api, repo, token, signal, fetch, now })

  const read = async <T>(ask: (client: GithubClient) => Promise<T>): Promise<T> => {
    const token = await tokenOf(github.token)
    const client = clientOf(token)
    try {
      const came = await ask(client)
      skewMs = client.skewMs ?? skewMs
      return came
    } catch (error) {
      const { look, waitMs } = faultOf(error, repo, token, now())
      throw new LookFailed(look, waitMs)
    }
  }

  return {
    details: () => read(readDetails),
    requiredChecks: async () => {
      if (required === null || now() - required.at > REQUIRED_MS) {
        const names = await read(client => readRequiredChecks(client, deps.base))
        required = { at: now(), names }
      }
      return required.names
    },
    checks: async commits =>
      commits.length === 0 ? new Map() : await read(client => readCommitChecks(client, commits)),
    githubNow: () => now() + skewMs,
    say: async (number, words) => {
      const token = await tokenOf(dock.mergeToken ?? github.token)
      try {
        await commentOnce(clientOf(token), number, words)
        return null
      } catch (error) {
        const came = cameOf(error, token, now())
        // A token that is renewed may say it yet; what GitHub refuses otherwise it always will.
        if (came.kind === 'refused' && came.status !== 401) return tellCame(came)
        const message = `${repo}: #${number} could not be told: ${tellCame(came)}`
        throw new LookFailed(failed('error', message, 'it is tried again by itself'))
      }
    },
  }
}
