/** What a pane shows, wherever its rows come from: title, rows, and what stands in their place. */
import { clean } from '../clean.ts'
import type { PaneId } from '../panes.ts'
import type { ConsoleState } from '../store.ts'
import type { Subject } from '../ui/ui.ts'
import { type Detail, detailOf, subjectOf } from './detail.ts'
import type { Figure } from './figure.ts'
import { headline } from './headline.ts'
import { hostRows } from './host.ts'
import { behindRow, entryDetail, journalFigures, journalNote, journalRows } from './journal.ts'
import { emptyNote } from './note.ts'
import type { RowView } from './row.ts'
import { paneRows, type RowQuery } from './rows.ts'

function rowsBy(state: ConsoleState, pane: PaneId, query: RowQuery): readonly RowView[] {
  const { world, ui, now } = state
  if (pane === 'journal') return journalRows(world, ui.journal, query.filter)
  return pane === 'host' ? hostRows(world, query, now) : paneRows(world, pane, query)
}

/** Rows of a pane as the operator filtered and sorted them. */
export const shownRows = (state: ConsoleState, pane: PaneId): readonly RowView[] =>
  rowsBy(state, pane, state.ui.panes[pane])

/** The figures of a pane's title. */
export const shownFigures = ({ world, ui, now }: ConsoleState, pane: PaneId): readonly Figure[] =>
  pane === 'journal'
    ? journalFigures(world, ui.journal, ui.panes.journal)
    : headline(world, pane, now)

/** Lines for a pane that has no rows to show. */
export function shownNote(state: ConsoleState, pane: PaneId): readonly string[] {
  const { world, ui, now } = state
  const { filter } = ui.panes[pane]
  if (filter !== '' && rowsBy(state, pane, { filter: '', sort: 'attention' }).length > 0) {
    return [`Nothing matches "${clean(filter)}".`, 'Esc shows everything again.']
  }
  return pane === 'journal' ? journalNote(world, ui.journal) : emptyNote(world, pane, now)
}

/** What a detail screen says; null when its subject is gone. */
export function shownDetail({ world, ui, now }: ConsoleState, subject: Subject): Detail | null {
  if (subject.kind === 'journal') {
    const behind = behindRow(world, ui.journal, subject.id)
    if (behind === null) return null
    return 'hash' in behind ? entryDetail(behind, now) : detailOf(world, behind, now)
  }
  const seen = subjectOf(world, subject, now)
  return seen ? detailOf(world, seen, now) : null
}
