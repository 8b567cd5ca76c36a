/** The home screen: the panes that fit. Panes that do not show are not computed. */
import { type Box, type Layout, layoutOf } from '../../state/layout.ts'
import { HOME_PANES, PANE_INFO, PANES, type PaneId } from '../../state/panes.ts'
import type { ConsoleState } from '../../state/store.ts'
import { paneLines, paneScroll, paneTitle } from '../panes/pane.ts'
import { bar, rule, walls } from '../parts/frame.ts'
import { spread } from '../parts/spans.ts'
import { paint, type Span, type Theme } from '../parts/theme.ts'

function titled(state: ConsoleState, box: Box): readonly Span[] {
  const scroll = paneScroll(state, box)
  const room = box.columns - 4 - (scroll === '' ? 0 : scroll.length + 3)
  return rule(paneTitle(state, box.pane, room), box.columns, scroll)
}

/** Names of the panes that are not on the screen, with the keys that lead to them. */
function tabs(state: ConsoleState, shown: readonly PaneId[]): readonly Span[] {
  if (state.ui.only !== null) return []
  const hidden = PANES.filter(pane => !shown.includes(pane))
  return hidden.map((pane, index) => ({
    text: `${index === 0 ? '' : ' · '}${PANES.indexOf(pane) + 1} ${PANE_INFO[pane].title}`,
    tone: 'dim',
  }))
}

function grid(state: ConsoleState, layout: Extract<Layout, { kind: 'grid' }>, theme: Theme) {
  const [a, b, c, d] = layout.boxes
  return [
    bar(['┌', '┬', '┐'], [titled(state, a), titled(state, b)], theme),
    ...walls([paneLines(state, a, theme), paneLines(state, b, theme)], theme),
    bar(['├', '┼', '┤'], [titled(state, c), titled(state, d)], theme),
    ...walls([paneLines(state, c, theme), paneLines(state, d, theme)], theme),
    bar(['└', '┴', '┘'], [rule([], c.columns), rule(tabs(state, HOME_PANES), d.columns)], theme),
  ]
}

function stack(state: ConsoleState, boxes: readonly Box[], theme: Theme): readonly string[] {
  const panes = boxes.flatMap((box, index) => [
    bar(index === 0 ? ['┌', '', '┐'] : ['├', '', '┤'], [titled(state, box)], theme),
    ...walls([paneLines(state, box, theme)], theme),
  ])
  const other = tabs(
    state,
    boxes.map(({ pane }) => pane),
  )
  const columns = boxes[0]?.columns ?? 0
  return [...panes, bar(['└', '', '┘'], [rule(other, columns)], theme)]
}

/** No frame: every column counts. */
function bare(state: ConsoleState, box: Box, theme: Theme): readonly string[] {
  const others = state.ui.only === null ? HOME_PANES.filter(pane => pane !== box.pane) : []
  const keys = others.map(pane => ` ${PANES.indexOf(pane) + 1}`).join('')
  const right = [paneScroll(state, box), keys].filter(Boolean).join(' ')
  const room = box.columns - right.length - 3
  const title = spread(
    [{ text: ' ' }, ...paneTitle(state, box.pane, room)],
    [{ text: ` ${right} `, tone: 'dim' }],
    box.columns,
  )
  return [paint(title, theme), ...paneLines(state, box, theme)]
}

export function homeLines(state: ConsoleState, theme: Theme): readonly string[] {
  const { ui, size } = state
  const layout = layoutOf(size, ui.focus, ui.zoom)
  if (layout.kind === 'grid') return grid(state, layout, theme)
  if (layout.kind === 'one' && layout.bare) return bare(state, layout.boxes[0], theme)
  return stack(state, layout.boxes, theme)
}
