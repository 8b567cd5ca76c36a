/** The rows of a pane: made once a fact, filtered, sorted by attention, remembered by identity. */
import type { ListPane } from '../panes.ts'
import { type Stale, staleOf } from '../stale.ts'
import type { AnySeen, World } from '../world.ts'
import { boxesAndImages } from './box.ts'
import { breachesAndLanes } from './breach.ts'
import { dockedOf, linesAndPulls } from './docked.ts'
import { draftOf } from './draft.ts'
import { jobsAndLocks } from './lock.ts'
import { type FactRow, finish, type RowView } from './row.ts'

export const SORTS = ['attention', 'name', 'age'] as const
export type Sort = (typeof SORTS)[number]

export interface RowQuery {
  /** Words that must all occur, in any order; empty shows everything. */
  readonly filter: string
  readonly sort: Sort
}

interface Made {
  readonly fresh: boolean
  readonly beside: AnySeen | null
  readonly row: FactRow
}
const made = new WeakMap<AnySeen, Made>()

/** What else a row is made of. */
const besideOf = (world: World, seen: AnySeen): AnySeen | null =>
  seen.kind === 'pr' ? dockedOf(world, seen) : null

/** The row of one thing; the same object until the thing, what is beside it or its staleness changes. */
function rowOf(world: World, seen: AnySeen, stale: Stale | null): FactRow | null {
  const known = made.get(seen)
  const fresh = stale === null
  const beside = besideOf(world, seen)
  if (known && known.fresh === fresh && known.beside === beside) return known.row
  const drafted = draftOf(world, seen)
  if (!drafted) return null
  const row = finish(seen.key, seen, drafted, stale)
  made.set(seen, { fresh, beside, row })
  return row
}

const byName = (a: RowView, b: RowView): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1

const ORDER: Readonly<Record<Sort, (a: RowView, b: RowView) => number>> = {
  attention: (a, b) => a.attention - b.attention || a.order - b.order || byName(a, b),
  name: byName,
  age: (a, b) => (b.since ?? 0) - (a.since ?? 0) || byName(a, b),
}

/** The rows that hold every word of the filter, as they come. */
export function matching<R extends RowView>(rows: Iterable<R>, filter: string): R[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return [...rows].filter(row => words.every(word => row.text.includes(word)))
}

/** The rows that match, in the order that is asked for. */
export const arranged = <R extends RowView>(rows: Iterable<R>, query: RowQuery): readonly R[] =>
  matching(rows, query.filter).sort(ORDER[query.sort])

const MAPS: Readonly<Record<ListPane, (world: World) => ReadonlyMap<string, AnySeen>>> = {
  lanes: breachesAndLanes,
  queue: linesAndPulls,
  heals: jobsAndLocks,
  pkm: world => world.transcripts,
  boxes: boxesAndImages,
}

interface Remembered {
  readonly inputs: readonly unknown[]
  readonly rows: readonly FactRow[]
}
const last = new Map<ListPane, Remembered>()

/** The rows of a pane in the order they are shown. Called for visible panes only. */
export function paneRows(world: World, pane: ListPane, query: RowQuery): readonly FactRow[] {
  const things = MAPS[pane](world)
  const inputs = [things, world.dock, world.link, world.source, query.filter, query.sort]
  const known = last.get(pane)
  if (known?.inputs.every((input, index) => input === inputs[index])) return known.rows
  const all = [...things.values()].flatMap(seen => rowOf(world, seen, staleOf(world, seen)) ?? [])
  const rows = arranged(all, query)
  last.set(pane, { inputs, rows })
  return rows
}
