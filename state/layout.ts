/** Where everything stands on a screen of this size. Pure geometry, in cells. */
import { HOME_PANES, isHomePane, type PaneId } from './panes.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Box {
  readonly pane: PaneId
  /** Columns inside the frame. */
  readonly columns: number
  /** Rows inside the frame. */
  readonly rows: number
}

/**
 * `grid`: four panes, two by two. `stack`: two panes one above the other, tabs lead to the other
 * two. `one`: one pane; `bare` leaves out the frame where every column counts.
 */
export type Layout =
  | { readonly kind: 'grid'; readonly boxes: readonly [Box, Box, Box, Box] }
  | { readonly kind: 'stack'; readonly boxes: readonly [Box, Box] }
  | { readonly kind: 'one'; readonly bare: boolean; readonly boxes: readonly [Box] }

/** Status line above, decision line and hint line below. */
const CHROME = 3

const GRID: Size = { columns: 76, rows: 18 }
const STACK: Size = { columns: 51, rows: 13 }

const holds = (size: Size, least: Size): boolean =>
  size.columns >= least.columns && size.rows >= least.rows

function pair(focus: PaneId): readonly [PaneId, PaneId] {
  return focus === 'lanes' || focus === 'queue' ? ['lanes', 'queue'] : ['heals', 'pkm']
}

/** Panes of two rows of frames and one line between them. */
function split(rows: number): readonly [number, number] {
  const inside = rows - CHROME - 3
  const upper = Math.ceil(inside * 0.6)
  return [upper, inside - upper]
}

const box = (pane: PaneId, columns: number, rows: number): Box => ({ pane, columns, rows })

export function layoutOf(size: Size, focus: PaneId, zoom: boolean): Layout {
  const { columns, rows } = size
  const alone = zoom || !isHomePane(focus)
  if (!alone && holds(size, GRID)) {
    const left = Math.floor((columns - 3) / 2)
    const right = columns - 3 - left
    const [upper, lower] = split(rows)
    return {
      kind: 'grid',
      boxes: [
        box(HOME_PANES[0], left, upper),
        box(HOME_PANES[1], right, upper),
        box(HOME_PANES[2], left, lower),
        box(HOME_PANES[3], right, lower),
      ],
    }
  }
  if (!alone && holds(size, STACK)) {
    const [first, second] = pair(focus)
    const [upper, lower] = split(rows)
    return {
      kind: 'stack',
      boxes: [
        { pane: first, columns: columns - 2, rows: upper },
        { pane: second, columns: columns - 2, rows: lower },
      ],
    }
  }
  const bare = columns < STACK.columns || rows < STACK.rows
  const frame = bare ? 1 : 2
  return {
    kind: 'one',
    bare,
    boxes: [
      {
        pane: focus,
        columns: Math.max(1, bare ? columns : columns - 2),
        rows: Math.max(0, rows - CHROME - frame),
      },
    ],
  }
}

/** The box of the focused pane. */
export const focusedBox = (layout: Layout, focus: PaneId): Box =>
  layout.boxes.find(({ pane }) => pane === focus) ?? layout.boxes[0]

/** How much of a detail its facts may take above a log. */
const FACTS_SHARE = 0.4

/** Lines of a detail screen: facts above, a log below where there is one. */
export function detailRows(
  size: Size,
  facts: number,
  withLog: boolean,
  share = FACTS_SHARE,
): { readonly facts: number; readonly log: number } {
  const inside = Math.max(0, size.rows - CHROME - 2)
  if (!withLog) return { facts: inside, log: 0 }
  const upper = Math.min(facts, Math.floor(inside * share))
  return { facts: upper, log: Math.max(0, inside - upper - 1) }
}

/** Lines of a help or palette screen that scroll. */
export const listRows = (size: Size): number => Math.max(0, size.rows - CHROME - 2)
