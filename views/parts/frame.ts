/** Frames: rules with a title in them, and lines between their sides. */
import { width } from '../../state/width.ts'
import { fitSpans, spansWidth } from './spans.ts'
import { paint, type Span, type Theme } from './theme.ts'

/** A rule of exactly `columns` cells: `─ title ──────── tail ─`. */
export function rule(title: readonly Span[], columns: number, tail = ''): readonly Span[] {
  const end = tail === '' || width(tail) + 4 > columns ? '' : ` ${tail} ─`
  const room = columns - width(end)
  if (title.length === 0) return [...fitSpans([], room, '─'), { text: end }]
  const inside = Math.max(0, Math.min(spansWidth(title), room - 4))
  const shown = fitSpans(title, inside)
  return [...fitSpans([{ text: '─ ' }, ...shown, { text: ' ' }], room, '─'), { text: end }]
}

/** A rule over the whole screen, with its corners and what joins two panes. */
export const bar = (
  corners: readonly [left: string, joint: string, right: string],
  rules: readonly (readonly Span[])[],
  theme: Theme,
): string =>
  paint(
    [
      { text: corners[0] },
      ...rules.flatMap((spans, index) => (index === 0 ? spans : [{ text: corners[1] }, ...spans])),
      { text: corners[2] },
    ],
    theme,
  )

/** Lines side by side between upright strokes. The lines are painted already. */
export const walls = (columns: readonly (readonly string[])[], theme: Theme): readonly string[] => {
  const wall = paint([{ text: '│' }], theme)
  const [first = []] = columns
  return first.map((_, row) => wall + columns.map(lines => lines[row] ?? '').join(wall) + wall)
}
