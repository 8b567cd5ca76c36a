/** Open pull requests and landings of the configured repositories. Runs in the hub. */
import type { GithubConfig, SecretSource } from '../../state/config.ts'
import type { FactDraft, LandingFact } from '../../state/facts.ts'
import { type Collector, failed, type Look, sawAll, sawSome } from '../collector.ts'
import { type GithubClient, githubClient } from './client.ts'
import { faultOf, type GithubFault } from './faults.ts'
import { newMergeStates } from './merge-states.ts'
import { newPace, type Pace } from './pace.ts'
import { type RepositoryView, readRepository } from './read-repository.ts'
import { newRecheck } from './recheck.ts'

export interface GithubDeps {
  now(): number
  /** Reads a secret when it is needed, never an empty one; rejects without it in the message. */
  secret(source: SecretSource): Promise<string>
  fetch?: typeof fetch
  /** Waits before merge states that are UNKNOWN are asked for again. */
  recheckMs?: readonly number[]
}

const RECHECK_MS = [5_000, 10_000, 15_000]
/** A check can run again without any push: so often, a quiet repository is read all the same. */
const FULL_MS = 5 * 60_000
/** A lane of last week has landed still. */
const LANDINGS_KEPT_MS = 14 * 24 * 3_600_000
const RECHECK = 'merge-states'

/**
 * One collector a repository, `github:owner/name`, so that one that fails makes no other stale.
 * Facts of kind `pr` and `landing`, both under `owner/name#number`.
 */
export function githubCollectors(config: GithubConfig, deps: GithubDeps): Collector[] {
  const account = newPace(config.poll)
  const { repos } = config
  return repos.length === 0
    ? [unset(config.poll)]
    : repos.map(repo => repositoryCollector(repo, config, deps, account))
}

const unset = (periodMs: number): Collector => ({
  name: 'github',
  periodMs,
  look: async () =>
    failed('absent', 'no repository is named', 'set repos = ["owner/name"] under github'),
})

function repositoryCollector(
  repo: string,
  config: GithubConfig,
  deps: GithubDeps,
  account: Pace,
): Collector {
  const own = newPace(config.poll)
  const mergeStates = newMergeStates()
  const recheck = newRecheck(deps.recheckMs ?? RECHECK_MS)
  let etags: Etags = { repository: null, pulls: null }
  let settled = false
  let fullAt = Number.NEGATIVE_INFINITY

  const read = async (client: GithubClient, isRecheck: boolean): Promise<Look> => {
    const news = isRecheck ? null : await askForNews(client, etags)
    if (news?.moved === false && settled && deps.now() - fullAt < FULL_MS) return sawSome([])
    const view = await readRepository(client, repo)
    const now = deps.now()
    // Only now: had the reading failed, the next look would take the news for old.
    if (news) etags = news.etags
    fullAt = now
    settled = isSettled(view)
    mergeStates.see(new Map(view.pulls.map(pull => [pull.number, pull.mergeState])), now)
    recheck.after(view.pulls.map(pull => pull.mergeState))
    return sawAll(draftsOf(repo, view, mergeStates.since, now))
  }

  const fail = (fault: GithubFault): Look => {
    const pace = fault.scope === 'account' ? account : own
    pace.failed(fault, deps.now())
    return fault.look
  }

  return {
    name: `github:${repo}`,
    periodMs: config.poll,
    watch: (poke, signal) => recheck.start(() => poke(RECHECK), signal),
    async look(hints, signal) {
      const waiting = account.standing(deps.now()) ?? own.standing(deps.now())
      if (waiting) return waiting
      const token = await readToken(repo, config.token, deps)
      if (typeof token !== 'string') return token
      const { api } = config
      const { fetch: ask = fetch, now } = deps
      const client = githubClient({ api, repo, token, signal, fetch: ask, now })
      try {
        const look = await read(client, hints?.has(RECHECK) === true)
        account.succeeded(deps.now())
        own.succeeded(deps.now())
        return look
      } catch (error) {
        return fail(faultOf(error, repo, token, deps.now()))
      }
    },
  }
}

interface Etags {
  repository: string | null
  pulls: string | null
}

/** Two requests that are free while nothing moved: neither a push nor a pull request. */
async function askForNews(
  client: GithubClient,
  known: Etags,
): Promise<{ moved: boolean; etags: Etags }> {
  const [repository, pulls] = await Promise.all([
    client.changed('repository', known.repository),
    client.changed('pulls', known.pulls),
  ])
  return {
    moved: repository.kind === 'changed' || pulls.kind === 'changed',
    etags: {
      repository: repository.kind === 'changed' ? repository.etag : known.repository,
      pulls: pulls.kind === 'changed' ? pulls.etag : known.pulls,
    },
  }
}

/** Whether nothing changes without a push: no check runs, and every merge state is known. */
const isSettled = ({ pulls }: RepositoryView): boolean =>
  pulls.every(pull => pull.mergeState !== 'UNKNOWN' && pull.checks !== 'pending')

function draftsOf(
  repo: string,
  view: RepositoryView,
  since: (number: number) => number | null,
  at: number,
): FactDraft[] {
  const isRecent = (landing: LandingFact) => landing.mergedAt > at - LANDINGS_KEPT_MS
  return [
    ...view.pulls.map((pull): FactDraft => {
      const value = { ...pull, mergeStateSince: since(pull.number) }
      return { kind: 'pr', key: `${repo}#${pull.number}`, at, value }
    }),
    ...view.landings.filter(isRecent).map((value): FactDraft => {
      return { kind: 'landing', key: `${repo}#${value.number}`, at, value }
    }),
  ]
}

async function readToken(
  repo: string,
  source: SecretSource | undefined,
  deps: GithubDeps,
): Promise<string | Look> {
  if (!source) {
    const mend = 'set token = { env = "GITHUB_TOKEN" }, or a file or command, under github'
    return failed('denied', `${repo}: no token is named to read it with`, mend)
  }
  try {
    return await deps.secret(source)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failed('denied', `${repo}: ${why}`, 'mend github.token in the profile')
  }
}
