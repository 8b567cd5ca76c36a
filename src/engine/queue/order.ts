/**
 * The order in which pull requests board: first who must, then who has waited too long, then who
 * makes the fewest others dirty. Pure and stable: the same candidates give the same order.
 */
import { type Car, pairKey } from './line.ts'

export interface Candidate extends Car {
  /** Higher boards first. */
  readonly priority: number
  /** Pull requests that must land before it. */
  readonly needs: readonly number[]
  /** Since when it could have boarded, in ms. */
  readonly readyAt: number
  /** Changed lines. */
  readonly size: number
}

export interface Place {
  readonly candidate: Candidate
  /** Why it stands there, for the operator. */
  readonly why: 'priority' | 'waited' | 'fewest conflicts'
  /** Candidates that it conflicts with: they will be dirty once it has landed. */
  readonly conflicts: readonly number[]
}

export interface OrderRules {
  readonly now: number
  /** Who has waited longer than this goes before all of the same priority. */
  readonly starveMs: number
}

/** Candidates that need one another in a circle, or one that is no candidate, are left out. */
export function orderOf(
  candidates: readonly Candidate[],
  conflicts: ReadonlySet<string>,
  rules: OrderRules,
): Place[] {
  const placed = new Set<number>()
  const left = new Map(candidates.map(candidate => [candidate.pr, candidate]))
  const against = conflictsOf(candidates, conflicts)
  const places: Place[] = []
  for (;;) {
    const free = [...left.values()].filter(({ needs }) => needs.every(pr => placed.has(pr)))
    const counts = ({ pr }: Candidate): Counts => {
      const conflicting = against.get(pr) ?? []
      const before = conflicting.filter(other => placed.has(other)).length
      return { before, after: conflicting.length - before }
    }
    const [next] = free.toSorted((a, b) => compare(a, b, counts, rules))
    if (next === undefined) return places
    left.delete(next.pr)
    placed.add(next.pr)
    places.push({
      candidate: next,
      why: reasonOf(next, free, rules),
      conflicts: against.get(next.pr) ?? [],
    })
  }
}

interface Counts {
  /** Conflicts with those that board before it: it will be dirty by then. */
  readonly before: number
  readonly after: number
}

function compare(
  a: Candidate,
  b: Candidate,
  counts: (candidate: Candidate) => Counts,
  rules: OrderRules,
): number {
  const [aStarves, bStarves] = [hasWaited(a, rules), hasWaited(b, rules)]
  return (
    b.priority - a.priority ||
    Number(bStarves) - Number(aStarves) ||
    (aStarves && bStarves ? a.readyAt - b.readyAt : 0) ||
    counts(a).before - counts(b).before ||
    counts(a).after - counts(b).after ||
    a.size - b.size ||
    a.readyAt - b.readyAt ||
    a.pr - b.pr
  )
}

const hasWaited = ({ readyAt }: Candidate, { now, starveMs }: OrderRules): boolean =>
  now - readyAt > starveMs

function reasonOf(next: Candidate, free: readonly Candidate[], rules: OrderRules): Place['why'] {
  if (free.some(other => other.priority < next.priority)) return 'priority'
  return hasWaited(next, rules) ? 'waited' : 'fewest conflicts'
}

function conflictsOf(candidates: readonly Candidate[], conflicts: ReadonlySet<string>) {
  const present = new Set(candidates.map(({ pr }) => pr))
  const against = new Map<number, number[]>()
  for (const key of conflicts) {
    const [a = 0, b = 0] = key.split(' ').map(Number)
    if (!present.has(a) || !present.has(b) || pairKey(a, b) !== key) continue
    against.set(a, [...(against.get(a) ?? []), b])
    against.set(b, [...(against.get(b) ?? []), a])
  }
  return against
}
