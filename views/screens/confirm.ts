/** Asks before an act: what, to what, where, and what undoes it. Enter is Cancel. */
import { clean } from '../../state/clean.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf } from '../../state/ui/ui.ts'
import { fit } from '../../state/width.ts'
import type { Theme } from '../parts/theme.ts'
import { wrap } from '../parts/wrap.ts'
import { type ListLine, listLines } from './list.ts'

const LABEL = 7

const labelled = (label: string, text: string, columns: number): readonly ListLine[] =>
  wrap(clean(text), Math.max(1, columns - LABEL - 2)).map((line, index) => ({
    spans: [{ text: ` ${fit(index === 0 ? label : '', LABEL)}`, tone: 'dim' }, { text: line }],
  }))

/** The lines of the question, as wide as the screen. */
export function confirmList(state: ConsoleState): readonly ListLine[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'confirm') return []
  const columns = state.size.columns - 2
  const { act, target, host, undo, other, request, more = [] } = screen.confirm
  const also = other ? ` m ${other.label}.` : request.act === 'pull.reject' ? ' r types why.' : ''
  const why = request.act === 'pull.reject' ? [{ label: 'why', text: request.reason || '?' }] : []
  const lines = [
    ...why,
    { label: 'act', text: act },
    { label: 'target', text: target },
    { label: 'host', text: host },
    { label: 'undo', text: undo },
    ...more,
  ]
  return [
    { spans: [{ text: ` y does it.${also} Enter cancels.`, strong: true }] },
    { spans: [] },
    ...lines.flatMap(({ label, text }) => labelled(label, text, columns)),
  ]
}

export function confirmScreen(state: ConsoleState, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'confirm') return []
  const { confirm, top } = screen
  return listLines(clean(confirm.title), confirmList(state), top, state.size, theme)
}
