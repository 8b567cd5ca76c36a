/** Starts lanes that rebase: in the checkout of `launch.repos` that is this repository. */
import type { CanonRepo, DockRepo } from '../../../state/config.ts'
import { identityOf } from '../../policy/repository-identity.ts'
import type { HubParams } from '../../rpc/hub-api.ts'
import type { LaneActed } from '../../rpc/lane-api.ts'
import type { FactStore } from '../fact-store.ts'
import type { Launched, RebaseLanesWorld } from './rebase-lanes.ts'

export interface RebaseLaunchDeps {
  repo: Pick<DockRepo, 'repo' | 'rebaseLane'>
  /** Addresses of the repository. */
  remotes: readonly string[]
  repos: readonly CanonRepo[]
  facts: FactStore
  launch(wish: HubParams<'lane.launch'>): Promise<LaneActed>
  now(): number
}

export function rebaseLaunch(
  deps: RebaseLaunchDeps,
): Pick<RebaseLanesWorld, 'launch' | 'endedFor'> {
  const { repo, facts, now } = deps
  const { rebaseLane } = repo
  const wanted = new Set(deps.remotes.map(identityOf))
  const checkout = deps.repos.find(({ remote }) => wanted.has(identityOf(remote)))
  return {
    launch: async (name, brief) => {
      if (!rebaseLane) return { kind: 'refused', why: 'the profile names no rebaseLane' }
      if (!checkout) {
        return { kind: 'refused', why: `launch.repos has no checkout of ${repo.repo}` }
      }
      const { engine, model = null } = rebaseLane
      const wish = { brief, name, repo: checkout.path, engine, model, runner: null, box: null }
      return launched(await deps.launch({ ...wish, isDryRun: false, label: 'dock' }))
    },
    endedFor: name => {
      const lane = facts.values('lane').find(one => one.name === name)
      if (lane?.status !== 'ended') return null
      return now() - (lane.endedAt ?? lane.activeAt ?? now())
    },
  }
}

function launched(acted: LaneActed): Launched {
  switch (acted.kind) {
    case 'running':
    case 'already':
      return { kind: 'begun' }
    case 'refused':
      return { kind: 'refused', why: acted.problems.join('; ') }
    case 'failed':
      return { kind: 'refused', why: acted.message }
    case 'unknown':
    case 'unreachable':
      return { kind: 'unknown', why: acted.message }
    default:
      return { kind: 'refused', why: `it was not launched but ${acted.kind}` }
  }
}
