/** What pull requests came to, by GitHub's word, for locks that name them. */
import { readStates } from '../../../adapters/github/pull-states.ts'
import type { ProfileConfig } from '../../../state/config.ts'
import { type LockFact, repoOf } from '../../../state/lock-file.ts'
import { type AskGithubDeps, askGithub } from '../ask-github.ts'

export interface PullStatesDeps extends AskGithubDeps {
  profile: Pick<ProfileConfig, 'github' | 'dock'>
}

export type PullSaid = Pick<LockFact, 'repo' | 'pull' | 'fault'>

type Named = Pick<LockFact, 'named' | 'number'>

export interface PullStates {
  /** In the order in which they were asked for. Never rejects: what is not known says why. */
  of(locks: readonly Named[], wish: 'now' | 'lately'): Promise<PullSaid[]>
}

type Known = { pull: 'open' | 'closed' | 'merged'; askedAt: number }

/** An answer is good for so long where nothing hangs on it. */
const LATELY_MS = 50_000

const keyOf = (repo: string, number: number): string => `${repo}#${number}`

export function newPullStates(deps: PullStatesDeps): PullStates {
  const { github, dock } = deps.profile
  const repos = [...new Set([...github.repos, ...dock.repos.map(({ repo }) => repo)])]
  const known = new Map<string, Known>()

  /** What has merged stays so; why the rest is not known, or null. */
  const ask = async (repo: string, numbers: readonly number[], wish: 'now' | 'lately') => {
    const at = deps.now()
    const isKnown = (number: number) => {
      const before = known.get(keyOf(repo, number))
      const isRecent = before !== undefined && wish === 'lately' && at - before.askedAt < LATELY_MS
      return before?.pull === 'merged' || isRecent
    }
    const wanted = [...new Set(numbers)].filter(number => !isKnown(number))
    if (wanted.length === 0) return null
    const said = await askGithub(repo, deps, client => readStates(client, wanted))
    for (const number of wanted) {
      const pull = said.kind === 'told' ? said.value.get(number) : undefined
      if (pull === undefined) known.delete(keyOf(repo, number))
      else known.set(keyOf(repo, number), { pull, askedAt: at })
    }
    return said.kind === 'fault' ? said.fault : null
  }

  return {
    async of(locks, wish) {
      const faults = new Map<string, string | null>()
      const named = locks.map(({ named: name, number }) => ({ repo: repoOf(name, repos), number }))
      for (const repo of new Set(named.flatMap(one => one.repo ?? []))) {
        const numbers = named.flatMap(one => (one.repo === repo ? one.number : []))
        faults.set(repo, await ask(repo, numbers, wish))
      }
      return named.map(({ repo, number }): PullSaid => {
        if (repo === null) return unknown(null, 'no repository of the profile goes by that name')
        const pull = known.get(keyOf(repo, number))?.pull
        if (pull !== undefined) return { repo, pull, fault: null }
        return unknown(repo, faults.get(repo) ?? 'GitHub knows no such pull request')
      })
    },
  }
}

const unknown = (repo: string | null, fault: string): PullSaid => ({ repo, pull: 'unknown', fault })
