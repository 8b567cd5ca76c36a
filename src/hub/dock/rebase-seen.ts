/** What a look at a repository tells of its dirty pull requests: whose they are, and what goes first. */
import type { PrFact } from '../../../state/facts.ts'
import type { Found } from '../../engine/queue/describe.ts'
import { carKey, carsOf, type Line } from '../../engine/queue/line.ts'
import { orderOf } from '../../engine/queue/order.ts'
import type { RedTold } from '../../engine/queue/red-heads.ts'
import type { Dirty, RebaseSeen } from '../../engine/rebase/plan.ts'
import { candidateOf } from './boarding.ts'
import type { RepositoryLook } from './look.ts'
import type { PushedRebase } from './rebase-journal.ts'

export interface RebaseLook {
  readonly seen: RepositoryLook
  readonly line: Line
  /** Who may board, in their order. */
  readonly boarding: readonly number[]
  /** Being merged on a person's word, or in another queue. */
  readonly taken: ReadonlySet<number>
  /** All that are open, whatever branch they would land on. */
  readonly pulls: readonly PrFact[]
  readonly pushed: ReadonlyMap<number, PushedRebase>
  /** Car → what is known of its red run. */
  readonly red: ReadonlyMap<string, RedTold>
  readonly base: string
  readonly starveMs: number
  /** Rebased ones under test at once. */
  readonly most: number
  readonly now: number
}

export function rebaseSeen(look: RebaseLook): RebaseSeen {
  const { seen, line, boarding, starveMs, most, now } = look
  const riding = new Set(carsOf(line).map(({ pr }) => pr))
  const dirty = seen.found.filter(
    ({ pr, dirtyPaths }) => (dirtyPaths ?? []).length > 0 && !riding.has(pr),
  )
  const underTest = seen.found.filter(found => isUnderTest(found, look)).map(({ pr }) => pr)
  const places = orderOf(
    dirty.map(one => ({ ...candidateOf(one, seen.pulls), needs: [] })),
    seen.conflicts,
    { now, starveMs },
  )
  const byNumber = new Map(dirty.map(found => [found.pr, found]))
  return {
    dirty: places.flatMap(({ candidate: { pr } }): Dirty[] => {
      const [found, pull] = [byNumber.get(pr), seen.pulls.get(pr)]
      if (!found || !pull) return []
      return [
        { pr, head: found.head, branch: pull.branch, obstacle: obstacleTo(found, pull, look) },
      ]
    }),
    ahead: [...riding, ...boarding, ...underTest],
    conflicts: seen.conflicts,
    underTest: underTest.length,
    most,
  }
}

/** How long the checks of what was pushed may take to begin. */
const BEGINS_MS = 600_000

/** It was rebased, and its own checks are not done. */
function isUnderTest({ pr, head, dirtyPaths }: Found, { pushed, seen, now }: RebaseLook): boolean {
  const rebased = pushed.get(pr)
  if (rebased?.commit !== head || (dirtyPaths ?? []).length > 0) return false
  const checks = seen.pulls.get(pr)?.checks
  return checks === 'pending' || (checks === 'none' && now - rebased.at < BEGINS_MS)
}

/** Signals that a rebase does not turn: what they hold would not land after it either. */
const STAYS = new Set(['allowlist', 'paths', 'size', 'compaction'])

type Reason = (found: Found, pull: PrFact, look: RebaseLook) => string | null

const REASONS: readonly Reason[] = [
  (_, { isDraft }) => (isDraft ? 'it is a draft' : null),
  ({ isOwn }) => (isOwn ? null : 'its branch is not in this repository'),
  (_, { branch }, { base }) => (branch === base ? `its branch is ${base} itself` : null),
  (_, { branch }, { pulls }) => {
    const above = pulls.find(other => other.base === branch)
    return above ? `#${above.number} stands on its branch` : null
  },
  ({ pr, isQueued }, _, { taken }) =>
    isQueued || taken.has(pr) ? 'it is being merged by other means' : null,
  ({ duplicateOf }) => (duplicateOf === null ? null : `changes the same as #${duplicateOf}`),
  ({ lanes }) => (lanes === null ? 'the host has not told which lanes work on it' : null),
  ({ lane }) => (lane === null ? null : `${lane} still works on it`),
  // Rebased once more it would cost a run each time that the branch moves.
  (found, _, { pushed, red }) =>
    pushed.get(found.pr)?.commit === found.head ? (red.get(carKey(found))?.why ?? null) : null,
  ({ gate }) => {
    const held = gate.signals.find(({ name, verdict }) => verdict !== 'pass' && STAYS.has(name))
    return held ? `would be held: ${held.name}: ${held.datum}` : null
  },
]

/** Why a rebase is not ours to make; null when it is. */
function obstacleTo(found: Found, pull: PrFact, look: RebaseLook): string | null {
  for (const reason of REASONS) {
    const why = reason(found, pull, look)
    if (why !== null) return `not rebased: ${why}`
  }
  return null
}
