/** Who may board, whom something else has, and who is passed by, of what one look found. */
import type { DockRepo } from '../../../state/config.ts'
import type { Fact, PrFact } from '../../../state/facts.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { Found } from '../../engine/queue/describe.ts'
import type { Candidate } from '../../engine/queue/order.ts'
import { type RedTold, redHeads } from '../../engine/queue/red-heads.ts'
import { type Skip, skipsOf } from '../../engine/queue/skips.ts'
import type { RepositoryLook } from './look.ts'
import { openPullIntents } from './pull-journal.ts'
import type { RedSeen } from './red-runs.ts'

/** Open pull requests of a repository among all facts. */
export const pullsOf = (facts: readonly Fact[], repo: string): PrFact[] =>
  facts.flatMap(fact => (fact.kind === 'pr' && fact.value?.repo === repo ? [fact.value] : []))

/** What its place in the order hangs on. */
export function candidateOf(
  { pr, head, needs, priority }: Found,
  pulls: RepositoryLook['pulls'],
): Candidate {
  const pull = pulls.get(pr)
  const size = (pull?.additions ?? 0) + (pull?.deletions ?? 0)
  return { pr, head, priority, needs, readyAt: pull?.updatedAt ?? 0, size }
}

/** Who may board now, the duplicates of others left out. */
export const candidatesOf = ({ found, pulls }: RepositoryLook): Candidate[] =>
  found
    .filter(({ gate, duplicateOf }) => gate.mayLand && duplicateOf === null)
    .map(one => candidateOf(one, pulls))

/** In GitHub's own queue, or being merged on a person's word: no train takes them besides. */
export const takenIn = (
  { repo, journal }: { repo: DockRepo; journal: Journal },
  { found }: RepositoryLook,
): ReadonlySet<number> =>
  new Set([
    ...found.filter(({ isQueued }) => isQueued).map(({ pr }) => pr),
    ...openPullIntents(journal).flatMap(({ data: intent }) =>
      intent.act === 'pull.merge' && intent.repo === repo.repo ? [intent.number] : [],
    ),
  ])

export interface AtWork {
  repo: DockRepo
  backend(): DockRepo['backend']
  /** Null while it is not. */
  frozen(): object | null
}

/** Where nothing lands by itself nobody is passed by, and nothing is run again. */
const isAtWork = ({ repo, ...dock }: AtWork): boolean =>
  dock.backend() !== 'look' && repo.lands && dock.frozen() === null

export const skippedIn = (
  dock: AtWork,
  { found, pulls }: RepositoryLook,
  red: ReadonlyMap<string, RedTold>,
): readonly Skip[] => (isAtWork(dock) ? skipsOf(found, pulls, red) : [])

export const redIn = (
  dock: AtWork,
  { found, pulls }: RepositoryLook,
  ours: Parameters<typeof redHeads>[2],
): RedSeen => ({
  reds: isAtWork(dock) ? redHeads(found, pulls, ours) : [],
  pending: found.filter(({ pr }) => pulls.get(pr)?.checks === 'pending'),
})
