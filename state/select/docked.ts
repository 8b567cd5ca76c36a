/** What the dock says beside each pull request, and of the line that it waits in. */
import type { DockFact, LineFact } from '../dock.ts'
import { staleOf } from '../stale.ts'
import type { AnySeen, Seen, World } from '../world.ts'

/** The dock's word on the head that stands there now; null when it has none that is current. */
export function dockedOf(world: World, { key, value }: Seen<'pr'>): Seen<'dock'> | null {
  const seen = world.dock.get(key)
  if (seen === undefined || seen.value.head !== value.headSha) return null
  return staleOf(world, seen) === null ? seen : null
}

/** Lines whose figures are current. */
export const linesOf = (world: World): readonly LineFact[] =>
  [...world.line.values()].flatMap(seen => (staleOf(world, seen) === null ? [seen.value] : []))

/** A line that only looks, and would have landed nothing, is no news. */
const isTold = ({ backend, frozen, wouldHaveLanded }: LineFact): boolean =>
  backend !== 'look' || frozen !== null || wouldHaveLanded > 0

let last: {
  line: World['line']
  pr: World['pr']
  all: ReadonlyMap<string, AnySeen>
} | null = null

/** What the Dock pane holds: the same map until one of the two changes. */
export function linesAndPulls({ line, pr }: World): ReadonlyMap<string, AnySeen> {
  if (line.size === 0) return pr
  if (last?.line !== line || last.pr !== pr) {
    const told = [...line].filter(([, { value }]) => isTold(value))
    last = { line, pr, all: new Map<string, AnySeen>([...told, ...pr]) }
  }
  return last.all
}

/** Places of a merge: in a train, landing, or in GitHub's own queue. */
const MERGING: ReadonlySet<DockFact['state']> = new Set(['testing', 'landing', 'queued'])

/** How many pull requests are being tested or landed; null where no line is looked at. */
export function merging(world: World): number | null {
  if (linesOf(world).length === 0) return null
  const docked = [...world.pr.values()].map(pr => dockedOf(world, pr)?.value.state)
  return docked.filter(state => state !== undefined && MERGING.has(state)).length
}
