/** What is known of merging heads into their bases: nothing at first, and nothing again when a base moves. */
import type { Repository } from '../git/repository.ts'
import type { Mergeability } from './pull.ts'

export interface MergeabilityJob {
  /** What is known now; asking for it starts the work when nothing is. */
  of(base: string, head: string): Mergeability
  forget(): void
}

export function mergeabilityJob(git: Repository, delayMs: number): MergeabilityJob {
  const computed = new Map<string, Mergeability>()
  const compute = async (base: string, head: string, pair: string): Promise<void> => {
    try {
      const [conflicts, behindBy] = [
        await git.conflicts(base, head),
        await git.behindBy(base, head),
      ]
      computed.set(pair, { conflicts: conflicts.length > 0, behindBy })
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
