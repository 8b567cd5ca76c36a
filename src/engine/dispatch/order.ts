/** Whose turn it is, and which item is first in a goal. Both are total: shuffled input, same order. */
import type { Item } from '../../../state/item.ts'

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** By priority, then id; the rest only tells two items of one id apart. */
const byPlace = (a: Item, b: Item): number =>
  b.priority - a.priority || text(a.id, b.id) || text(JSON.stringify(a), JSON.stringify(b))

/** Named goals in their order, then the others by name. */
function byTurn(named: readonly string[]): (a: string, b: string) => number {
  const place = (goal: string): number => {
    const at = named.indexOf(goal)
    return at < 0 ? named.length : at
  }
  return (a, b) => place(a) - place(b) || text(a, b)
}

export interface Queue {
  readonly goal: string
  readonly items: readonly Item[]
}

/** A queue a goal; the first is that of the goal whose turn comes after `last`. */
export function queuesOf(
  items: readonly Item[],
  named: readonly string[],
  last: string | null,
): readonly Queue[] {
  const compare = byTurn(named)
  const goals = [...Map.groupBy(items, ({ goal }) => goal)]
    .map(([goal, own]) => ({ goal, items: own.toSorted(byPlace) }))
    .sort((a, b) => compare(a.goal, b.goal))
  const next = last === null ? 0 : goals.findIndex(({ goal }) => compare(goal, last) > 0)
  return next <= 0 ? goals : [...goals.slice(next), ...goals.slice(0, next)]
}
