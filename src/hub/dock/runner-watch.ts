/** Runners of the dock's repositories: the host's view and GitHub's, side by side. */
import { type Collector, sawAll } from '../../../adapters/collector.ts'
import { readRunners } from '../../../adapters/github/runners.ts'
import type { ProfileConfig } from '../../../state/config.ts'
import type { FactDraft } from '../../../state/facts.ts'
import { judgeRunner } from '../../engine/runner/agree.ts'
import { type AskGithubDeps, askGithub } from '../ask-github.ts'
import type { FactStore } from '../fact-store.ts'

export interface RunnerWatchDeps extends AskGithubDeps {
  profile: Pick<ProfileConfig, 'github' | 'dock' | 'spine'>
  facts: FactStore
}

const PERIOD_MS = 60_000

/** One a repository, once the profile names a runner on the host. Facts of kind `runner`. */
export function runnerWatch(deps: RunnerWatchDeps): Collector[] {
  const { github, dock, spine } = deps.profile
  if (spine.runner === undefined) return []
  const repos = new Set([...github.repos, ...dock.repos.map(({ repo }) => repo)])
  return [...repos].map(repo => watchOf(repo, deps))
}

function watchOf(repo: string, deps: RunnerWatchDeps): Collector {
  const { facts, now } = deps
  return {
    name: `runners:${repo}`,
    periodMs: PERIOD_MS,
    watch: (poke, signal) => {
      const stop = facts.onChange(changes => {
        if (changes.some(({ next }) => next.kind === 'runner-host')) poke('host')
      })
      signal.addEventListener('abort', stop, { once: true })
    },
    look: async () => {
      const said = await askGithub(repo, deps, readRunners)
      const api = said.kind === 'told' ? said.value : null
      const runners = api?.runners ?? []
      const online = runners.filter(({ state }) => state !== 'offline').length
      // One that is registered for an owner serves each of its repositories.
      const hosts = facts
        .values('runner-host')
        .filter(({ scope }) => scope === null || scope === repo || repo.startsWith(`${scope}/`))
      const names = new Set([
        ...runners.map(({ name }) => name),
        ...hosts.map(({ name, dir }) => name ?? dir),
      ])
      const drafts = [...names].map((name): FactDraft => {
        const value = judgeRunner({
          repo,
          name,
          host: hosts.find(host => (host.name ?? host.dir) === name) ?? null,
          api: api && (runners.find(one => one.name === name)?.state ?? 'missing'),
          apiFault: said.kind === 'fault' ? said.fault : null,
          depth: api?.depth ?? null,
          durations: api?.durations ?? [],
          online,
          now: now(),
        })
        return { kind: 'runner', key: `${repo} ${name}`, at: now(), value }
      })
      // That GitHub cannot be asked is what the rows tell: the other two are still seen.
      return sawAll(drafts)
    },
  }
}
