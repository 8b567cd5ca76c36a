/** A pane as plain lines: title, then a row a line; what is empty says why. */

import { clean } from '../../state/clean.ts'
import type { Instant } from '../../state/facts.ts'
import { age, bytes } from '../../state/format.ts'
import { nowFor, PANE_INFO, type RowsId } from '../../state/panes.ts'
import { hostOf, type World } from '../../state/reduce.ts'
import { diskLine, headline } from '../../state/select/headline.ts'
import { emptyNote } from '../../state/select/note.ts'
import { GLYPHS, type RowView } from '../../state/select/row.ts'
import { paneRows } from '../../state/select/rows.ts'
import { stalePane } from '../../state/stale.ts'
import { fit, width } from '../../state/width.ts'

const ALL = { filter: '', sort: 'attention' } as const
/** Longer cells are cut: the whole text is in `--json`. */
const WIDEST = { tag: 24, name: 48, state: 12, fact: 100 } as const

export function paneText(world: World, id: RowsId, now: Instant): string {
  const lines = id === 'host' ? hostLines(world) : paneLines(world, id, now)
  return lines.map(line => `${clean(line).trimEnd()}\n`).join('')
}

function paneLines(world: World, id: Exclude<RowsId, 'host'>, now: Instant): string[] {
  const title = [PANE_INFO[id].title, ...headline(world, id, now).map(figure => figure.text)]
  const rows = paneRows(world, id, ALL)
  if (rows.length === 0) return [title.join(' · '), ...emptyNote(world, id, '', now)]
  const cells = rows.map(row => cellsOf(world, row, now))
  const widths = (cells[0] ?? []).map((_cell, column) =>
    Math.max(...cells.map(row => width(row[column] ?? ''))),
  )
  const aligned = cells.map(row =>
    row.map((cell, column) => fit(cell, widths[column] ?? 0, 'end')).join('  '),
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
  return [glyph, tag, ...others, age(row.since, nowFor(world, row.seen, now))]
}

function hostLines(world: World): string[] {
  const host = hostOf(world)
  if (!host) {
    const stale = stalePane(world, 'host')
    return ['the host has not been measured', stale?.reason, stale?.mend].flatMap(
      line => line ?? [],
    )
  }
  const { hostname, platform, cores, load, memUsed, memTotal, disks, bootAt, zone } = host.value
  return [
    `${hostname}  ${platform}, ${cores} cores, up since ${new Date(bootAt).toISOString()}, ${zone}`,
    `load  ${load.map(figure => figure.toFixed(2)).join(' ')}`,
    `mem   ${bytes(memUsed)} of ${bytes(memTotal)}`,
    ...disks.map(({ mount, used, total }) => `disk  ${diskLine(mount, used, total)}`),
  ]
}
