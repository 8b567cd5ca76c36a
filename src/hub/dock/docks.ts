/** The docks of a profile: one a repository, each with its mirror, its line and its tokens. */
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Collector } from '../../../adapters/collector.ts'
import { type Mirror, openMirror } from '../../../adapters/git/mirror.ts'
import { damageOf, removeMirror } from '../../../adapters/git/mirror-health.ts'
import type { DockRepo, ProfileConfig, SecretSource } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { isCurrent } from '../../../state/words.ts'
import type { HubParams } from '../../rpc/hub-api.ts'
import type { LaneActed } from '../../rpc/lane-api.ts'
import type { BoxDesk } from '../box-desk.ts'
import { type FactStore, sourceTold } from '../fact-store.ts'
import type { Pauses } from '../pauses.ts'
import type { ProbeSession } from '../probe-session.ts'
import type { Backends } from './backends.ts'
import { pullsOf } from './boarding.ts'
import { boxTests } from './box-tests.ts'
import { dockCollector } from './dock.ts'
import type { DockDeps } from './dock-deps.ts'
import type { GithubAccess } from './github-access.ts'
import { githubReads } from './github-reads.ts'
import { openHostMirror } from './host-mirror.ts'
import type { LaneWorks } from './lane-work.ts'
import { subjectOf } from './line-journal.ts'
import type { Priorities } from './priorities.ts'
import { rebaseLaunch } from './rebase-launch.ts'
import type { TrainTests } from './train-tests.ts'

export interface DocksDeps {
  profile: ProfileConfig
  facts: FactStore
  journal: Journal
  access: GithubAccess
  backends: Pick<Backends, 'of'>
  works: LaneWorks['of']
  launch(wish: HubParams<'lane.launch'>): Promise<LaneActed>
  priorities: Pick<Priorities, 'of'>
  pauses: Pick<Pauses, 'pause'>
  ask: ProbeSession['request']
  boxes: BoxDesk
  hostNow(): number
  /** Of this console, for others; else its user and machine. */
  console?: string
  /** Directory of the mirrors. */
  mirrors: string
  env: NodeJS.ProcessEnv
  secret(source: SecretSource): Promise<string>
  signal: AbortSignal
  fetch: typeof fetch
  now(): number
}

export const docksOf = (deps: DocksDeps): Collector[] =>
  deps.profile.dock.repos.map(repo => dockCollector(dockDeps(repo, deps)))

/** What the dock of one repository stands on. */
export function dockDeps(repo: DockRepo, deps: DocksDeps): DockDeps {
  const { profile, facts, journal, now } = deps
  const { github, dock } = profile
  const remote = repo.remote ?? remoteOf(github.api, repo.repo)
  const reads = githubReads({ ...deps, repo: repo.repo, base: repo.base })
  const { repos } = dock
  const source = `github:${repo.repo}`
  const pulls = () => pullsOf(facts.all(['pr']), repo.repo)
  return {
    repo,
    author: dock.author,
    console: deps.console ?? `${userInfo().username}@${hostname()}`,
    allowed: repos.filter(({ backend }) => backend !== 'look').map(each => each.repo),
    journal,
    backend: () => deps.backends.of(repo.repo),
    queueActs: () => deps.access(repo.repo, 'merge'),
    mirror: () => mirrorOf(repo, remote, deps),
    mend: () => mendMirror(repo, deps),
    landings: () => facts.values('landing').filter(landing => landing.repo === repo.repo),
    works: () => deps.works([remote, remoteOf(github.api, repo.repo)]),
    pullsRead: async signal => {
      if (github.repos.includes(repo.repo)) await sourceTold(facts, source, signal)
      const state = facts.value('source', source)?.state
      return pulls().length > 0 || (state !== undefined && isCurrent(state))
    },
    pulls,
    ...reads,
    boxTests: mirror => boxTestsOf(repo, mirror, deps),
    tellEjected: async (number, head, why) => {
      const mark = `ejected ${head}`
      const text = `Left the line at ${head.slice(0, 12)}: ${why}. A new push boards again.`
      return await reads.say(number, { mark, text })
    },
    tellRebased: async (number, commit, text) => {
      await reads.say(number, { mark: `rebased ${commit}`, text })
    },
    rebaseLane: rebaseLaunch({
      repo,
      remotes: [remote, remoteOf(github.api, repo.repo)],
      repos: profile.launch.repos,
      facts,
      launch: deps.launch,
      now,
    }),
    tellSkipped: ({ pr, head, why }) =>
      reads.say(pr, {
        mark: `skipped ${head}`,
        text: `Passed by at ${head.slice(0, 12)}: ${why}. A new push is looked at anew.`,
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
  }
}

/** On the host it is not ours to take away. */
async function mendMirror({ repo, mirror }: DockRepo, deps: DocksDeps): Promise<string | null> {
  if (mirror === 'host') return null
  const dir = join(deps.mirrors, nameOf(repo))
  const damage = await damageOf(dir, { env: deps.env, now: Date.now })
  if (damage !== null) await removeMirror(dir)
  return damage
}

const nameOf = (repo: string): string => `${repo.replace('/', '+')}.git`

/** Null when the repository's own checks test its trains. */
function boxTestsOf(
  { repo, base, gateCommand: command, box, gateLimit }: DockRepo,
  mirror: Mirror,
  { profile, journal, ask, boxes: desk, hostNow, now }: DocksDeps,
): TrainTests | null {
  if (command === undefined || box === undefined) return null
  const { logs } = profile.launch
  const about = { subject: subjectOf(repo, base), repo, command, box, limitMs: gateLimit, logs }
  return boxTests({ ...about, mirror, journal, ask, desk, hostNow, now })
}

function mirrorOf(
  { repo, mirror }: DockRepo,
  remote: string,
  { profile: { github, dock }, ...deps }: DocksDeps,
): Promise<Mirror> {
  const name = nameOf(repo)
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
