/** Foretells which files a new lane would share with those that live in the same repository. */
import { filesNamedIn } from '../policy/brief.ts'
import { overlapWarnings } from '../policy/overlap.ts'
import { identityOf } from '../policy/repository-identity.ts'
import { knownLanes } from './known-lanes.ts'
import type { LaneDeps } from './lane-deps.ts'

/** Lanes that are looked at for one launch. */
const MOST = 50

/** Throws RpcFault. A brief that names no file foretells nothing, and nobody is asked. */
export async function overlapOf(
  deps: Pick<LaneDeps, 'ask' | 'lanes'>,
  { name, brief, remote }: { name: string; brief: string; remote: string },
): Promise<string[]> {
  const named = filesNamedIn(brief)
  if (named.length === 0) return []
  const lanes = knownLanes(deps.lanes())
    .map(({ value }) => value)
    .filter(lane => lane.status !== 'ended' && lane.name !== name)
    .flatMap(({ name: other, cwd, log }) => (cwd === null ? [] : [{ name: other, cwd, log }]))
    .slice(0, MOST)
  if (lanes.length === 0) return []
  const wanted = identityOf(remote)
  const seen = await deps.ask('lane.touched', { lanes })
  const same = seen.filter(other => other.remote !== null && identityOf(other.remote) === wanted)
  return overlapWarnings(named, same)
}
