/** A pane as plain lines: title, then a row a line; what is empty says why. */
import { clean } from '../../state/clean.ts'
import type { Instant } from '../../state/facts.ts'
import { age } from '../../state/format.ts'
import { type FactPane, nowFor, PANE_INFO } from '../../state/panes.ts'
import { headline } from '../../state/select/headline.ts'
import { hostRows } from '../../state/select/host.ts'
import { emptyNote } from '../../state/select/note.ts'
import { GLYPHS, type RowView } from '../../state/select/row.ts'
import { paneRows } from '../../state/select/rows.ts'
import { failing, mendOf } from '../../state/select/source.ts'
import { fit, width } from '../../state/width.ts'
import type { World } from '../../state/world.ts'

const ALL = { filter: '', sort: 'attention' } as const
/** Longer cells are cut: the whole text is in `--json`. */
const WIDEST = { tag: 24, name: 48, state: 12, fact: 100 } as const

/** Glyph and texts always have a column; a place and a time only where some row has one. */
const TEXTS = 5

export function paneText(world: World, id: FactPane, now: Instant): string {
  const faults = id === 'host' ? faultLines(world, now) : []
  return [...paneLines(world, id, now), ...faults]
    .map(line => `${clean(line).trimEnd()}\n`)
    .join('')
}

function paneLines(world: World, id: FactPane, now: Instant): string[] {
  const title = [PANE_INFO[id].title, ...headline(world, id, now).map(figure => figure.text)]
  const rows = id === 'host' ? hostRows(world, ALL, now) : paneRows(world, id, ALL)
  if (rows.length === 0) return [title.join(' · '), ...emptyNote(world, id, now)]
  const cells = rows.map(row => cellsOf(world, row, now))
  const widths = (cells[0] ?? []).map((_cell, column) =>
    Math.max(...cells.map(row => width(row[column] ?? ''))),
  )
  const aligned = cells.map(row =>
    row
      .map((cell, column) => fit(cell, widths[column] ?? 0, 'end'))
      .filter((_, column) => column < TEXTS || widths[column] !== 0)
      .join('  '),
  )
  return [title.join(' · '), ...aligned]
}

function cellsOf(world: World, row: RowView, now: Instant): string[] {
  const bounded = (['tag', 'name', 'state', 'fact'] as const).map(cell => {
    const text = row[cell]
    return width(text) > WIDEST[cell] ? fit(text, WIDEST[cell], 'middle').trimEnd() : text
  })
  const [tag = '', ...others] = bounded
  const glyph = GLYPHS[row.glyph]
  const since = row.since === null ? '' : age(row.since, nowFor(world, row.seen, now))
  return [glyph, tag, ...others, row.place, row.eta, since]
}

/** What is wrong with the collectors, in full, and what to do about it. */
const faultLines = (world: World, now: Instant): string[] =>
  failing(world, now).flatMap(seen => {
    const { message, state } = seen.value
    const mend = mendOf(world, seen, now)
    return [`${seen.key}: ${message ?? state}`, ...(mend === null ? [] : [mend])]
  })
