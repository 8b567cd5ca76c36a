/**
 * Which dirty pull requests are brought onto the branch now. One that conflicts with what lands
 * before it waits: it would be dirty again by then. Pure.
 */
import { type Car, pairKey } from '../queue/line.ts'

export interface Dirty extends Car {
  /** Its own branch. */
  readonly branch: string
  /** Why it is not ours to rebase; null when it is. */
  readonly obstacle: string | null
}

export interface RebaseSeen {
  /** In the order in which they would board. */
  readonly dirty: readonly Dirty[]
  /** What lands before: aboard, about to board, or rebased already and under test. */
  readonly ahead: readonly number[]
  /** Pairs of pull requests that conflict, as `pairKey` names them. */
  readonly conflicts: ReadonlySet<string>
  /** Rebased ones whose checks run. */
  readonly underTest: number
  /** Most of those at once. */
  readonly most: number
}

export interface RebasePlan {
  readonly next: readonly Dirty[]
  /** Number → why it is not rebased now. */
  readonly waits: ReadonlyMap<number, string>
}

/** `stuck`: number → why it could not be rebased, at this head and over this tip. */
export function planRebases(seen: RebaseSeen, stuck: ReadonlyMap<number, string>): RebasePlan {
  const ahead = new Set(seen.ahead)
  const next: Dirty[] = []
  const waits = new Map<number, string>()
  for (const one of seen.dirty) {
    const why = one.obstacle ?? stuck.get(one.pr) ?? whyLater(one, ahead, seen, next.length)
    if (why !== null) {
      waits.set(one.pr, why)
      continue
    }
    next.push(one)
    ahead.add(one.pr)
  }
  return { next, waits }
}

function whyLater(
  { pr }: Car,
  ahead: ReadonlySet<number>,
  { conflicts, underTest, most }: RebaseSeen,
  begun: number,
): string | null {
  const before = [...ahead].find(other => conflicts.has(pairKey(other, pr)))
  if (before !== undefined) return `#${before} goes first, and conflicts with it`
  const count = underTest + begun
  return count >= most ? `${count} are under test, and no more at once` : null
}
