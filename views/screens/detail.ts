/** One thing opened: its facts, and for a lane its log or another part of it. */
import { detailRows, type Size } from '../../state/layout.ts'
import type { Detail, DetailLine } from '../../state/select/detail.ts'
import { shownDetail } from '../../state/select/shown.ts'
import type { ConsoleState } from '../../state/store.ts'
import { openPage, textOf } from '../../state/ui/open-page.ts'
import { type Screen, screenOf } from '../../state/ui/ui.ts'
import { fit, width } from '../../state/width.ts'
import { bar, rule, walls } from '../parts/frame.ts'
import { sectionLines, standing, tabs } from '../parts/section.ts'
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

/** Facts take less room above what is read in full. */
const READING_SHARE = 0.2

/** Rows of the facts, and of the part below them. */
export const sectionRows = (
  size: Size,
  { whole, section }: Extract<Screen, { kind: 'detail' }>,
  facts: number,
): { readonly facts: number; readonly log: number } =>
  detailRows(size, facts, !whole, section === 'log' ? undefined : READING_SHARE)

const filled = (lines: readonly string[], rows: number, columns: number): readonly string[] => [
  ...lines.slice(0, rows),
  ...Array<string>(Math.max(0, rows - lines.length)).fill(' '.repeat(columns)),
]

export function detailLines(state: ConsoleState, theme: Theme): readonly string[] {
  const { ui, size } = state
  const screen = screenOf(ui)
  if (screen.kind !== 'detail') return []
  const { title, tone } = opened(state)
  const lines = factLines(state)
  const columns = size.columns - 2
  const rows = sectionRows(size, screen, lines.length)
  const hidden = lines.length - rows.facts
  const more =
    hidden > 0 ? `${Math.min(lines.length, screen.top + rows.facts)}/${lines.length}` : ''
  const facts = lines
    .slice(screen.top, screen.top + rows.facts)
    .map(line => paint(fitSpans(line, columns), theme))
  const upper = [
    bar(['┌', '', '┐'], [rule([{ text: title, tone, strong: true }], columns, more)], theme),
    ...walls([filled(facts, rows.facts, columns)], theme),
  ]
  const end = bar(['└', '', '┘'], [rule([], columns)], theme)
  const open = openPage(ui)
  if (screen.whole || open === null) return [...upper, end]
  const { section } = screen
  const view = textOf(ui)
  const stands = standing(view, section, rows.log)
  const head = rule(tabs(open.of, section, columns - 8 - width(stands)), columns, stands)
  const text = sectionLines(view, section, rows.log, columns, theme)
  return [
    ...upper,
    bar(['├', '', '┤'], [head], theme),
    ...walls([filled(text, rows.log, columns)], theme),
    end,
  ]
}
