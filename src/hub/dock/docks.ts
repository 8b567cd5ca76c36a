/** The docks of a profile: one a repository, each with its mirror, its line and its tokens. */
import { join } from 'node:path'
import type { Collector } from '../../../adapters/collector.ts'
import { type Mirror, openMirror } from '../../../adapters/git/mirror.ts'
import { type GithubClient, githubClient } from '../../../adapters/github/client.ts'
import { commentOnce } from '../../../adapters/github/comment.ts'
import { readCommitChecks, readDetails } from '../../../adapters/github/details.ts'
import { readRequiredChecks } from '../../../adapters/github/required-checks.ts'
import type { DockRepo, ProfileConfig, SecretSource } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { FactStore } from '../fact-store.ts'
import type { Pauses } from '../pauses.ts'
import type { ProbeSession } from '../probe-session.ts'
import type { Backends } from './backends.ts'
import { type DockDeps, dockCollector, pullsOf } from './dock.ts'
import type { GithubAccess } from './github-access.ts'
import { openHostMirror } from './host-mirror.ts'
import type { LaneWorks } from './lane-work.ts'
import type { Priorities } from './priorities.ts'

export interface DocksDeps {
  profile: ProfileConfig
  facts: FactStore
  journal: Journal
  access: GithubAccess
  backends: Pick<Backends, 'of'>
  works: LaneWorks['of']
  priorities: Pick<Priorities, 'of'>
  pauses: Pick<Pauses, 'pause'>
  ask: ProbeSession['request']
  /** Directory of the mirrors. */
  mirrors: string
  env: NodeJS.ProcessEnv
  secret(source: SecretSource): Promise<string>
  signal: AbortSignal
  now(): number
}

export const docksOf = (deps: DocksDeps): Collector[] =>
  deps.profile.dock.repos.map(repo => dockCollector(dockDeps(repo, deps)))

/** So long what the branch asks for is believed: a push that it would refuse does not land anyway. */
const REQUIRED_MS = 5 * 60_000

/** What the dock of one repository stands on. */
export function dockDeps(repo: DockRepo, deps: DocksDeps): DockDeps {
  const { profile, facts, journal, now } = deps
  const { github, dock } = profile
  const remote = repo.remote ?? remoteOf(github.api, repo.repo)
  const clientWith = async (source: SecretSource | undefined): Promise<GithubClient> => {
    if (source === undefined) throw new Error(`${repo.repo}: no token is named to read it with`)
    const token = await deps.secret(source)
    return githubClient({
      api: github.api,
      repo: repo.repo,
      token,
      signal: deps.signal,
      fetch,
      now,
    })
  }
  const { repos } = dock
  let skewMs = 0
  let required: { at: number; names: readonly string[] } | null = null
  return {
    repo,
    author: dock.author,
    allowed: repos.filter(({ backend }) => backend !== 'look').map(each => each.repo),
    journal,
    backend: () => deps.backends.of(repo.repo),
    queueActs: () => deps.access(repo.repo, 'merge'),
    mirror: () => mirrorOf(repo, remote, deps),
    landings: () => facts.values('landing').filter(landing => landing.repo === repo.repo),
    works: () => deps.works([remote, remoteOf(github.api, repo.repo)]),
    pulls: () => pullsOf(facts.all(['pr']), repo.repo),
    details: async () => {
      const client = await clientWith(github.token)
      const details = await readDetails(client)
      skewMs = client.skewMs ?? skewMs
      return details
    },
    requiredChecks: async () => {
      if (required === null || now() - required.at > REQUIRED_MS) {
        const names = await readRequiredChecks(await clientWith(github.token), repo.base)
        required = { at: now(), names }
      }
      return required.names
    },
    checks: async commit => readCommitChecks(await clientWith(github.token), commit),
    tellEjected: async (number, head, why) => {
      const mark = `ejected ${head}`
      const text = `Left the line at ${head.slice(0, 12)}: ${why}. A new push boards again.`
      await commentOnce(await clientWith(dock.mergeToken ?? github.token), number, { mark, text })
    },
    tellRebased: async (number, commit, text) =>
      commentOnce(await clientWith(dock.mergeToken ?? github.token), number, {
        mark: `rebased ${commit}`,
        text,
      }),
    priority: number => deps.priorities.of(repo.repo, number),
    onPulls: tell =>
      facts.onChange(changes => {
        if (changes.some(({ next }) => next.kind === 'pr')) tell()
      }),
    frozen: () => {
      const pause = facts.value('pause', `queue ${repo.repo}`)
      return pause === undefined ? null : { by: pause.by, reason: pause.reason, at: pause.since }
    },
    freeze: reason => {
      const target = { kind: 'queue' as const, name: repo.repo }
      deps.pauses.pause({ target, reason, until: null, review: null }, { author: 'dock' })
    },
    now,
    githubNow: () => now() + skewMs,
  }
}

function mirrorOf(
  { repo, mirror }: DockRepo,
  remote: string,
  { profile: { github, dock }, ...deps }: DocksDeps,
): Promise<Mirror> {
  const name = `${repo.replace('/', '+')}.git`
  if (mirror === 'host') return openHostMirror({ ask: deps.ask, name, remote })
  return openMirror({
    dir: join(deps.mirrors, name),
    remote,
    env: deps.env,
    access: async purpose => {
      if (!/^https?:/.test(remote)) return {}
      // What reads never lands: without a token of its own for that nothing is pushed.
      const source = purpose === 'push' ? dock.mergeToken : github.token
      if (source === undefined) {
        const token = purpose === 'push' ? 'dock.mergeToken' : 'github.token'
        throw new Error(`${repo}: ${token} names no token to ${purpose} with`)
      }
      return headerOf(remote, await deps.secret(source))
    },
  })
}

/** GitHub's own address of it, with its git beside its API. */
function remoteOf(api: string, repo: string): string {
  const { origin, hostname } = new URL(api)
  return hostname === 'api.github.com' ? `https://github.com/${repo}.git` : `${origin}/${repo}.git`
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
