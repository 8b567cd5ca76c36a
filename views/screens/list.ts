/** A framed list of lines over the whole screen. */
import { listRows, type Size } from '../../state/layout.ts'
import { bar, rule, walls } from '../parts/frame.ts'
import { fitSpans } from '../parts/spans.ts'
import { paint, type Span, type Theme } from '../parts/theme.ts'

export interface ListLine {
  readonly spans: readonly Span[]
  readonly selected?: boolean
}

/** `lines` from `top` on, under a title. */
export function listLines(
  title: string,
  lines: readonly ListLine[],
  top: number,
  size: Size,
  theme: Theme,
): readonly string[] {
  const columns = size.columns - 2
  const rows = listRows(size)
  const shown = lines.slice(top, top + rows)
  const more = lines.length > rows ? `${Math.min(lines.length, top + rows)}/${lines.length}` : ''
  const painted = shown.map(({ spans, selected }) =>
    paint(fitSpans(spans, columns), theme, selected ?? false),
  )
  const blank = ' '.repeat(columns)
  const filled = [...painted, ...Array<string>(Math.max(0, rows - painted.length)).fill(blank)]
  return [
    bar(['┌', '', '┐'], [rule([{ text: title, strong: true }], columns, more)], theme),
    ...walls([filled], theme),
    bar(['└', '', '┘'], [rule([], columns)], theme),
  ]
}
