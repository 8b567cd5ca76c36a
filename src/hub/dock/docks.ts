/** The docks of a profile: one a repository, each with its mirror, its line and its tokens, and what looks on. */
import { hostname, userInfo } from 'node:os'
import type { Collector } from '../../../adapters/collector.ts'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { DockRepo, ProfileConfig } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { isCurrent } from '../../../state/words.ts'
import type { HubParams } from '../../rpc/hub-api.ts'
import type { LaneActed } from '../../rpc/lane-api.ts'
import type { BoxDesk } from '../box-desk.ts'
import { type FactStore, sourceTold } from '../fact-store.ts'
import type { Pauses } from '../pauses.ts'
import type { Backends } from './backends.ts'
import { pullsOf } from './boarding.ts'
import { boxTests } from './box-tests.ts'
import { dockCollector } from './dock.ts'
import type { DockDeps } from './dock-deps.ts'
import { type DockMirrorDeps, dockMirror, githubRemote } from './dock-mirror.ts'
import type { GithubAccess } from './github-access.ts'
import { githubReads } from './github-reads.ts'
import { type LaneWorks, newLaneWorks } from './lane-work.ts'
import { subjectOf } from './line-journal.ts'
import type { Priorities } from './priorities.ts'
import { rebaseLaunch } from './rebase-launch.ts'
import { runnerWatch } from './runner-watch.ts'
import type { TrainTests } from './train-tests.ts'

export interface DocksDeps extends DockMirrorDeps {
  profile: ProfileConfig
  facts: FactStore
  journal: Journal
  access: GithubAccess
  backends: Pick<Backends, 'of'>
  works: LaneWorks['of']
  launch(wish: HubParams<'lane.launch'>): Promise<LaneActed>
  priorities: Pick<Priorities, 'of'>
  pauses: Pick<Pauses, 'pause'>
  boxes: BoxDesk
  hostNow(): number
  /** Of this console, for others; else its user and machine. */
  console?: string
  signal: AbortSignal
  fetch: typeof fetch
  now(): number
}

/** All that looks at docks: runners, what lanes work on, and each repository. */
export function dockCollectors(deps: Omit<DocksDeps, 'works'>): Collector[] {
  const works = newLaneWorks(deps)
  return [
    ...runnerWatch(deps),
    ...(deps.profile.dock.repos.length > 0 ? [works.collector] : []),
    ...docksOf({ ...deps, works: works.of }),
  ]
}

export const docksOf = (deps: DocksDeps): Collector[] =>
  deps.profile.dock.repos.map(repo => dockCollector(dockDeps(repo, deps)))

/** What the dock of one repository stands on. */
export function dockDeps(repo: DockRepo, deps: DocksDeps): DockDeps {
  const { profile, facts, journal, now } = deps
  const { github, dock } = profile
  const ownRemote = githubRemote(github.api, repo.repo)
  const remote = repo.remote ?? ownRemote
  const remotes = [remote, ownRemote]
  const { open: mirror, mend } = dockMirror(repo, remote, deps)
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
    mirror,
    mend,
    landings: () => facts.values('landing').filter(landing => landing.repo === repo.repo),
    works: () => deps.works(remotes),
    pullsRead: async signal => {
      if (github.repos.includes(repo.repo)) await sourceTold(facts, source, signal)
      const state = facts.value('source', source)?.state
      return pulls().length > 0 || (state !== undefined && isCurrent(state))
    },
    pulls,
    ...reads,
    boxTests: opened => boxTestsOf(repo, opened, deps),
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
      remotes,
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
