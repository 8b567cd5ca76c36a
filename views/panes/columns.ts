/** The columns of each pane: which, how wide, and which go first when there is no room. */
import type { PaneId } from '../../state/panes.ts'
import type { Cell } from '../../state/select/row.ts'
import type { Cut } from '../../state/width.ts'

interface Column {
  readonly cell: Cell
  readonly least: number
  /** Widest that it is worth; `rest` takes what is left. */
  readonly most: number | 'rest'
  readonly cut: Cut
  /** Numbers stand at the right. */
  readonly isNumber: boolean
}

interface PaneColumns {
  /** As shown, from the left. */
  readonly shown: readonly Column[]
  /** As kept when it gets narrow, the most important first. */
  readonly kept: readonly Cell[]
}

const column = (cell: Cell, least: number, most: number | 'rest', cut: Cut = 'end'): Column => ({
  cell,
  least,
  most,
  cut,
  isNumber: false,
})

const number = (cell: Cell, columns: number): Column => ({
  ...column(cell, columns, columns),
  isNumber: true,
})

const COLUMNS: Readonly<Record<PaneId, PaneColumns>> = {
  lanes: {
    shown: [
      column('name', 18, 30, 'middle'),
      column('tag', 8, 9),
      column('state', 9, 11),
      column('fact', 14, 'rest'),
    ],
    kept: ['name', 'state', 'fact', 'tag'],
  },
  queue: {
    shown: [
      column('tag', 5, 6),
      column('name', 12, 'rest'),
      column('state', 8, 8),
      column('fact', 16, 60),
      number('place', 2),
      number('eta', 4),
    ],
    kept: ['name', 'tag', 'state', 'fact', 'place', 'eta'],
  },
  heals: {
    shown: [
      column('tag', 5, 5),
      column('name', 12, 26, 'middle'),
      column('state', 10, 12),
      column('fact', 14, 'rest'),
    ],
    kept: ['name', 'state', 'fact', 'tag'],
  },
  host: {
    shown: [column('name', 12, 16, 'middle'), column('state', 7, 8), column('fact', 14, 'rest')],
    kept: ['name', 'state', 'fact'],
  },
  boxes: {
    shown: [
      column('tag', 5, 5),
      column('name', 12, 20, 'middle'),
      column('state', 8, 8),
      column('fact', 14, 'rest'),
    ],
    kept: ['name', 'state', 'fact', 'tag'],
  },
  journal: {
    shown: [
      column('tag', 5, 5),
      column('state', 8, 8),
      column('name', 6, 12, 'middle'),
      column('fact', 20, 'rest'),
    ],
    kept: ['fact', 'state', 'tag', 'name'],
  },
  pkm: {
    shown: [
      column('name', 14, 'rest'),
      column('tag', 4, 4),
      column('state', 8, 8),
      column('fact', 13, 24),
    ],
    kept: ['name', 'state', 'fact', 'tag'],
  },
}

/** Cells before the columns: mark, glyph, space. And behind: space, age, space. */
export const LEAD = 3
export const AGE = 4
export const TRAIL = AGE + 2

export interface Planned {
  readonly cell: Cell
  readonly columns: number
  readonly cut: Cut
  readonly isNumber: boolean
}

/** Widths that fill exactly `columns` cells, with one space between two columns. */
function plan(pane: PaneId, columns: number): readonly Planned[] {
  const { shown, kept } = COLUMNS[pane]
  let room = columns - LEAD - TRAIL + 1
  const chosen = new Set<Cell>()
  for (const cell of kept) {
    const least = shown.find(each => each.cell === cell)?.least ?? 0
    if (chosen.size > 0 && room < least + 1) break
    chosen.add(cell)
    room -= least + 1
  }
  const wide = shown.filter(({ cell }) => chosen.has(cell))
  const rest = wide.find(({ most }) => most === 'rest') ?? wide.find(({ cell }) => cell === 'name')
  // Half of what is left goes to the column that takes the rest, so that it says something too.
  let spare = Math.floor(room / 2)
  const grown = wide.map(({ cell, least, most, cut, isNumber }) => {
    const more = cell === rest?.cell || most === 'rest' ? 0 : Math.min(most - least, spare)
    spare -= more
    room -= more
    return { cell, columns: least + more, cut, isNumber }
  })
  return grown.map(each =>
    each.cell === rest?.cell ? { ...each, columns: Math.max(1, each.columns + room) } : each,
  )
}

const planned = new Map<string, readonly Planned[]>()

/** The same plan object for the same width: rows are remembered by it. */
export function planOf(pane: PaneId, columns: number): readonly Planned[] {
  const key = `${pane} ${columns}`
  const known = planned.get(key)
  if (known) return known
  const made = plan(pane, columns)
  planned.set(key, made)
  return made
}
