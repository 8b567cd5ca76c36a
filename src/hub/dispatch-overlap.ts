/** Foretells which files planned lanes would share: with those that live, and with one another. */
import type { CanonRepo } from '../../state/config.ts'
import type { DispatchPlan, Planned } from '../../state/dispatch.ts'
import type { HostView } from '../engine/dispatch/look.ts'
import { canonFor } from '../policy/launch.ts'
import { overlapWarnings, type Touched } from '../policy/overlap.ts'
import { isSameRepository } from '../policy/repository-identity.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { FactStore } from './fact-store.ts'
import { knownLanes } from './known-lanes.ts'
import { livingWork } from './living-work.ts'
import type { ProbeSession } from './probe-session.ts'

export interface OverlapDeps {
  ask: ProbeSession['request']
  facts: Pick<FactStore, 'all'>
  /** Repositories that lanes may be launched in. */
  repos: readonly CanonRepo[]
}

type Placed = Touched & { readonly remote: string | null }

/** A forecast: it changes nothing of what is planned. */
export async function withOverlaps(
  deps: OverlapDeps,
  host: HostView | null,
  plan: DispatchPlan,
): Promise<DispatchPlan> {
  const own = plan.planned.map((planned): Placed => placedOf(planned, host, deps.repos))
  if (own.every(({ named }) => named.length === 0)) return plan
  const { living, note } = await livingLanes(deps)
  const planned = plan.planned.map((each, at): Planned => {
    const self = own[at]
    if (self === undefined) return each
    // Of two that are planned the later one is warned of.
    const others = [...living, ...own.slice(0, at)].filter(({ remote }) =>
      isSameRepository(remote, self.remote),
    )
    return { ...each, overlaps: overlapWarnings(self.named, others) }
  })
  return { ...plan, planned, notes: [...plan.notes, ...(note === null ? [] : [note])] }
}

function placedOf(
  { item, lane }: Planned,
  host: HostView | null,
  repos: readonly CanonRepo[],
): Placed {
  const named = item.brief === null ? [] : (host?.named.get(item.brief) ?? [])
  return { lane, changed: [], named, remote: canonFor(item.repo, repos)?.remote ?? null }
}

async function livingLanes({
  ask,
  facts,
}: OverlapDeps): Promise<{ living: Placed[]; note: string | null }> {
  try {
    return { living: await livingWork(ask, knownLanes(facts)), note: null }
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error
    return { living: [], note: `files that living lanes share are not known: ${error.message}` }
  }
}
