/** One pane: its title and its rows, as lines of exactly the cells of its box. */
import { age } from '../../state/format.ts'
import type { Box } from '../../state/layout.ts'
import { nowFor, PANE_INFO, PANES, type PaneId } from '../../state/panes.ts'
import { firstRun } from '../../state/select/note.ts'
import { shownFigures, shownNote, shownRows } from '../../state/select/shown.ts'
import type { ConsoleState } from '../../state/store.ts'
import { cursorIndex, windowTop } from '../../state/ui/ui.ts'
import { width } from '../../state/width.ts'
import { fitSpans, spansWidth } from '../parts/spans.ts'
import { paint, type Span, type Theme } from '../parts/theme.ts'
import { wrap } from '../parts/wrap.ts'
import { planOf } from './columns.ts'
import { rowLine } from './row.ts'

/**
 * `1 Lanes · 5 live, 1 stalled, evidence 4/h`, after what the operator filters and marked. A
 * figure that does not fit is left out whole.
 */
export function paneTitle(state: ConsoleState, pane: PaneId, columns: number): readonly Span[] {
  const { ui } = state
  const { filter, sort, marked } = ui.panes[pane]
  const own: Span[] = []
  if (filter !== '') own.push({ text: `/${filter}`, tone: 'accent' })
  if (sort !== 'attention') own.push({ text: `by ${sort}`, tone: 'accent' })
  if (marked.size > 0) own.push({ text: `${marked.size} marked`, tone: 'accent' })
  const title: Span[] = [
    { text: `${PANES.indexOf(pane) + 1} ` },
    { text: PANE_INFO[pane].title, strong: ui.focus === pane },
  ]
  let room = columns - spansWidth(title)
  for (const figure of [...own, ...shownFigures(state, pane)]) {
    const joint = title.length === 2 ? ' · ' : ', '
    room -= joint.length + width(figure.text)
    if (room < 0) break
    title.push({ text: joint }, figure)
  }
  return title
}

/** `12/1,000` when the rows do not all fit; else nothing. */
export function paneScroll(state: ConsoleState, { pane, rows }: Box): string {
  const shown = shownRows(state, pane)
  if (shown.length <= rows) return ''
  const index = cursorIndex(
    state.ui.panes[pane],
    shown.map(({ id }) => id),
  )
  return `${index + 1}/${shown.length}`
}

function note(state: ConsoleState, { pane, columns, rows }: Box, theme: Theme): string[] {
  const first = pane === 'lanes' ? firstRun(state.world) : []
  const lines = first.length > 0 ? first : shownNote(state, pane)
  return lines
    .flatMap(line => wrap(line, columns - 2))
    .slice(0, rows)
    .map(text => paint(fitSpans([{ text: ` ${text}`, tone: 'dim' }], columns), theme))
}

/** Exactly `box.rows` lines of exactly `box.columns` cells. */
export function paneLines(state: ConsoleState, box: Box, theme: Theme): readonly string[] {
  const { ui, now } = state
  const { pane, columns, rows } = box
  const shown = shownRows(state, pane)
  const view = ui.panes[pane]
  const index = cursorIndex(
    view,
    shown.map(({ id }) => id),
  )
  const top = windowTop(view.top, index, rows, shown.length)
  const plan = planOf(pane, columns)
  const lines = shown.slice(top, top + rows).map((row, offset) =>
    rowLine(row, {
      plan,
      columns,
      age: age(row.since, nowFor(state.world, row.seen, now)),
      selected: ui.focus === pane && top + offset === index,
      marked: view.marked.has(row.id),
      theme,
    }),
  )
  if (shown.length === 0) lines.push(...note(state, box, theme))
  const blank = ' '.repeat(columns)
  return [...lines, ...Array<string>(Math.max(0, rows - lines.length)).fill(blank)]
}
