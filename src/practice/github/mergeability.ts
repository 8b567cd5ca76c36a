/** What is known of merging heads into their bases: nothing at first, and nothing again when a base moves. */
import type { Repository } from '../git/repository.ts'
import type { Mergeability } from './pull.ts'

export interface MergeabilityJob {
  /** What is known now; asking for it starts the work when nothing is. */
  of(base: string, head: string): Mergeability
  forget(): void
}

/** What git says of merging a head into a base. */
export async function lookAt(git: Repository, base: string, head: string): Promise<Mergeability> {
  const [conflicts, behindBy] = [await git.conflicts(base, head), await git.behindBy(base, head)]
  return { conflicts: conflicts.length > 0, behindBy }
}

export function mergeabilityJob(git: Repository, delayMs: number): MergeabilityJob {
  const computed = new Map<string, Mergeability>()
  const compute = async (base: string, head: string, pair: string): Promise<void> => {
    try {
      computed.set(pair, await lookAt(git, base, head))
    } catch {
      // The branch was deleted meanwhile, or the factory is ending: it stays unknown.
      computed.delete(pair)
    }
  }
  return {
    of: (base, head) => {
      const pair = `${base} ${head}`
      const known = computed.get(pair)
      if (known !== undefined) return known
      computed.set(pair, 'unknown')
      setTimeout(() => void compute(base, head, pair), delayMs).unref()
      return 'unknown'
    },
    forget: () => computed.clear(),
  }
}
