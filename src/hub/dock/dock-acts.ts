/** What a hub can do at its dock: acts on GitHub by token, on pull requests, and the switch. */
import type { ProfileConfig } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { FactStore } from '../fact-store.ts'
import { type Backends, newBackends } from './backends.ts'
import { type GithubAccess, type GithubAccessDeps, githubAccess, wait } from './github-access.ts'
import { newPriorities, type Priorities } from './priorities.ts'
import { newPullActs, type PullActs } from './pull-acts.ts'

export interface DockActsDeps extends GithubAccessDeps {
  profile: ProfileConfig
  facts: FactStore
  journal: Journal
}

export interface DockActs {
  access: GithubAccess
  backends: Backends
  pulls: PullActs
  priorities: Priorities
}

export function dockActs(deps: DockActsDeps): DockActs {
  const { profile, facts, journal, now } = deps
  const { repos } = profile.dock
  const access = githubAccess(deps)
  const isSeen = (sources: string) =>
    facts
      .all(['source'])
      .filter(({ key }) => key.startsWith(sources))
      .every(fact => fact.kind === 'source' && fact.value?.state === 'ok')
  const backends = newBackends({
    repos,
    limits: profile.dispatch.jam,
    journal,
    // What cannot be seen is not low.
    counts: () => ({
      openPrs:
        isSeen('github') && facts.all(['source']).some(({ key }) => key.startsWith('github:'))
          ? facts.all(['pr']).length
          : null,
      inReview: isSeen('lanes')
        ? facts.values('lane').filter(({ result }) => result === 'in-review').length
        : null,
    }),
    now,
  })
  const pulls = newPullActs({
    repos,
    facts,
    journal,
    acts: access,
    frozen: repo => facts.value('pause', `queue ${repo}`)?.reason ?? null,
    wait,
    now,
  })
  const priorities = newPriorities({ repos, facts, journal, now })
  return { access, backends, pulls, priorities }
}
