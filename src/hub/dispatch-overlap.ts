/** Foretells which files planned lanes would share: with those that live, and with one another. */
import type { CanonRepo } from '../../state/config.ts'
import type { DispatchPlan, Planned } from '../../state/dispatch.ts'
import type { HostView } from '../engine/dispatch/look.ts'
import { canonFor } from '../policy/launch.ts'
import { overlapWarnings, type Touched } from '../policy/overlap.ts'
import { identityOf } from '../policy/repository-identity.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { FactStore } from './fact-store.ts'
import type { ProbeSession } from './probe-session.ts'

export interface OverlapDeps {
  ask: ProbeSession['request']
  facts: Pick<FactStore, 'all'>
  /** Repositories that lanes may be launched in. */
  repos: readonly CanonRepo[]
}

/** Lanes that are looked at for one plan. */
const MOST = 50

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
    if (self === undefined || self.remote === null) return each
    // Of two that are planned the later one is warned of.
    const others = [...living, ...own.slice(0, at)].filter(({ remote }) => remote === self.remote)
    return { ...each, overlaps: overlapWarnings(self.named, others) }
  })
  return { ...plan, planned, notes: [...plan.notes, ...(note === null ? [] : [note])] }
}

function placedOf(
  { item, lane }: Planned,
  host: HostView | null,
  repos: readonly CanonRepo[],
): Placed {
  const canon = canonFor(item.repo, repos)
  const named = item.brief === null ? [] : (host?.named.get(item.brief) ?? [])
  return { lane, changed: [], named, remote: canon && identityOf(canon.remote) }
}

async function livingLanes({
  ask,
  facts,
}: OverlapDeps): Promise<{ living: Placed[]; note: string | null }> {
  const lanes = facts
    .all(['lane'])
    .flatMap(fact => (fact.kind === 'lane' && fact.value?.status !== 'ended' ? fact.value : []))
    .flatMap(value => (value?.cwd ? [{ name: value.name, cwd: value.cwd, log: value.log }] : []))
    .slice(0, MOST)
  if (lanes.length === 0) return { living: [], note: null }
  try {
    const seen = await ask('lane.touched', { lanes })
    const living = seen.map(({ remote, ...touched }) => ({
      ...touched,
      remote: remote === null ? null : identityOf(remote),
    }))
    return { living, note: null }
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error
    return { living: [], note: `files that living lanes share are not known: ${error.message}` }
  }
}
