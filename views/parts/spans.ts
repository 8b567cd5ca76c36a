/** Pieces of a line put together to an exact number of cells. */
import { cut, width } from '../../state/width.ts'
import type { Span } from './theme.ts'

export const spansWidth = (spans: readonly Span[]): number =>
  spans.reduce((sum, { text }) => sum + width(text), 0)

/** Exactly `columns` cells: the end is cut, or filled with `fill`. */
export function fitSpans(spans: readonly Span[], columns: number, fill = ' '): readonly Span[] {
  const kept: Span[] = []
  let room = columns
  for (const span of spans) {
    if (room <= 0) break
    const text = cut(span.text, room, 'end')
    kept.push(text === span.text ? span : { ...span, text })
    room -= width(text)
    if (text !== span.text) break
  }
  if (room > 0) kept.push({ text: fill.repeat(room) })
  return kept
}

/** `left` and `right` at the two ends of a line; the left one gives way. */
export function spread(
  left: readonly Span[],
  right: readonly Span[],
  columns: number,
): readonly Span[] {
  const room = columns - spansWidth(right)
  if (room < 0) return fitSpans(left, columns)
  return [...fitSpans(left, room), ...right]
}
