/** Runners of the dock's repositories: the host's view and GitHub's, side by side. */
import { type Collector, sawAll } from '../../../adapters/collector.ts'
import { cameOf, tellCame } from '../../../adapters/github/came.ts'
import { githubClient } from '../../../adapters/github/client.ts'
import { type RunnersSeen, readRunners } from '../../../adapters/github/runners.ts'
import type { ProfileConfig, SecretSource } from '../../../state/config.ts'
import type { FactDraft } from '../../../state/facts.ts'
import { judgeRunner } from '../../engine/runner/agree.ts'
import type { FactStore } from '../fact-store.ts'

export interface RunnerWatchDeps {
  profile: Pick<ProfileConfig, 'github' | 'dock' | 'spine'>
  facts: FactStore
  secret(source: SecretSource): Promise<string>
  signal: AbortSignal
  fetch: typeof fetch
  now(): number
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
      const seen = await ask(repo, deps)
      const api = 'fault' in seen ? null : seen
      const online = (api?.runners ?? []).filter(({ state }) => state !== 'offline').length
      // One that is registered for an owner serves each of its repositories.
      const hosts = facts
        .values('runner-host')
        .filter(({ scope }) => scope === null || scope === repo || repo.startsWith(`${scope}/`))
      const names = new Set([
        ...(api?.runners ?? []).map(({ name }) => name),
        ...hosts.map(({ name, dir }) => name ?? dir),
      ])
      const drafts = [...names].map((name): FactDraft => {
        const value = judgeRunner({
          repo,
          name,
          host: hosts.find(host => (host.name ?? host.dir) === name) ?? null,
          api: api && (api.runners.find(one => one.name === name)?.state ?? 'missing'),
          apiFault: 'fault' in seen ? seen.fault : null,
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

/** What GitHub says, or why it could not be asked, without the token. */
async function ask(
  repo: string,
  { profile: { github }, secret, signal, fetch, now }: RunnerWatchDeps,
): Promise<RunnersSeen | { fault: string }> {
  if (github.token === undefined) return { fault: 'github.token is not there' }
  let token = ''
  try {
    token = (await secret(github.token)).trim()
    const client = githubClient({ api: github.api, repo, token, signal, fetch, now })
    return await readRunners(client)
  } catch (error) {
    if (token !== '') return { fault: tellCame(cameOf(error, token, now())) }
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}
