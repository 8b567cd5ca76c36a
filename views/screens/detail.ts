/** One thing opened: its facts, and for a lane its log. */
import { detailRows } from '../../state/layout.ts'
import type { Detail, DetailLine } from '../../state/select/detail.ts'
import { shownDetail } from '../../state/select/shown.ts'
import type { ConsoleState } from '../../state/store.ts'
import { firstLine, type LogView, unseen } from '../../state/ui/log-view.ts'
import { screenOf } from '../../state/ui/ui.ts'
import { fit } from '../../state/width.ts'
import { bar, rule, walls } from '../parts/frame.ts'
import { fitSpans } from '../parts/spans.ts'
import { paint, type Span, type Theme } from '../parts/theme.ts'
import { wrap } from '../parts/wrap.ts'

const LABEL = 14

const GONE: Detail = {
  title: 'Gone',
  tone: 'dim',
  lines: [{ label: '', text: 'It is no longer there. Esc goes back.', tone: 'plain' }],
}

/** What the screen on top is about. */
function opened(state: ConsoleState): Detail {
  const screen = screenOf(state.ui)
  return (screen.kind === 'detail' ? shownDetail(state, screen.subject) : null) ?? GONE
}

/** A fact in full: what is longer than the line goes on below itself. */
const factSpans = ({ label, text, tone }: DetailLine, columns: number): readonly Span[][] =>
  wrap(text, columns - LABEL - 1).map((line, index) => [
    { text: ` ${fit(index === 0 ? label : '', LABEL)}`, tone: 'dim' },
    { text: line, tone },
  ])

/** All facts as lines, as wide as the screen. */
export const factLines = (state: ConsoleState): readonly (readonly Span[])[] =>
  opened(state).lines.flatMap(line => factSpans(line, state.size.columns - 2))

function logSpans(log: LogView, number: number): readonly Span[] {
  const text = Array.from(log.lines[number - log.dropped] ?? '')
    .slice(log.shift)
    .join('')
  return number === log.found ? [{ text: ' ▸' }, { text, strong: true }] : [{ text: `  ${text}` }]
}

function logTitle(log: LogView): readonly Span[] {
  if (log.fault) return [{ text: 'log' }]
  const fresh = unseen(log)
  const state: Span =
    log.top === null
      ? { text: 'log · following' }
      : { text: `log · ${fresh} new · G follows`, tone: fresh > 0 ? 'accent' : 'plain' }
  const search: Span[] =
    log.search === ''
      ? []
      : [{ text: ` · /${log.search}${log.found === null ? ' not found' : ''}`, tone: 'accent' }]
  return [state, ...search]
}

function logLines(log: LogView, rows: number, columns: number, theme: Theme): readonly string[] {
  if (log.lines.length === 0) {
    const text = log.fault ?? (log.to === null ? 'Reading …' : 'The log is empty.')
    const line = paint(fitSpans([{ text: ` ${text}`, tone: 'dim' }], columns), theme)
    return rows > 0 ? [line] : []
  }
  const first = firstLine(log, rows)
  const last = Math.min(first + rows, log.dropped + log.lines.length)
  return Array.from({ length: Math.max(0, last - first) }, (_, row) =>
    paint(fitSpans(logSpans(log, first + row), columns), theme),
  )
}

const filled = (lines: readonly string[], rows: number, columns: number): readonly string[] => [
  ...lines.slice(0, rows),
  ...Array<string>(Math.max(0, rows - lines.length)).fill(' '.repeat(columns)),
]

export function detailLines(state: ConsoleState, theme: Theme): readonly string[] {
  const { ui, size } = state
  const screen = screenOf(ui)
  const top = screen.kind === 'detail' ? screen.top : 0
  const { title, tone } = opened(state)
  const lines = factLines(state)
  const columns = size.columns - 2
  const hasLog = screen.kind === 'detail' && !screen.whole
  const rows = detailRows(size, lines.length, hasLog)
  const hidden = lines.length - rows.facts
  const more = hidden > 0 ? `${Math.min(lines.length, top + rows.facts)}/${lines.length}` : ''
  const facts = lines
    .slice(top, top + rows.facts)
    .map(line => paint(fitSpans(line, columns), theme))
  const upper = [
    bar(['┌', '', '┐'], [rule([{ text: title, tone, strong: true }], columns, more)], theme),
    ...walls([filled(facts, rows.facts, columns)], theme),
  ]
  const lower = hasLog
    ? [
        bar(['├', '', '┤'], [rule(logTitle(ui.log), columns)], theme),
        ...walls([filled(logLines(ui.log, rows.log, columns, theme), rows.log, columns)], theme),
      ]
    : []
  return [...upper, ...lower, bar(['└', '', '┘'], [rule([], columns)], theme)]
}
