/** Foretells which files a new lane would share with those that live in the same repository. */
import { filesNamedIn } from '../policy/brief.ts'
import { overlapWarnings } from '../policy/overlap.ts'
import { isSameRepository } from '../policy/repository-identity.ts'
import type { LaneDeps } from './lane-deps.ts'
import { livingWork } from './living-work.ts'

/** Throws RpcFault. A brief that names no file foretells nothing, and nobody is asked. */
export async function overlapOf(
  { ask, lanes }: Pick<LaneDeps, 'ask' | 'lanes'>,
  { name, brief, remote }: { name: string; brief: string; remote: string },
): Promise<string[]> {
  const named = filesNamedIn(brief)
  if (named.length === 0) return []
  const others = lanes().filter(({ value }) => value.name !== name)
  const seen = await livingWork(ask, others)
  return overlapWarnings(
    named,
    seen.filter(other => isSameRepository(other.remote, remote)),
  )
}
