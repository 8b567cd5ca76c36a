/** One row of a pane as a line. Remembered: a row that did not change costs nothing. */
import { GLYPHS, type RowView } from '../../state/select/row.ts'
import { fit, fitRight } from '../../state/width.ts'
import { fitSpans } from '../parts/spans.ts'
import { paint, type Span, type Theme } from '../parts/theme.ts'
import { AGE, type Planned } from './columns.ts'

export interface RowLook {
  readonly plan: readonly Planned[]
  /** Cells of the whole line. */
  readonly columns: number
  readonly age: string
  readonly selected: boolean
  readonly marked: boolean
  readonly theme: Theme
}

function spansOf(row: RowView, look: RowLook): readonly Span[] {
  const quiet = row.tone === 'dim' ? ('dim' as const) : ('plain' as const)
  const cells = look.plan.flatMap(({ cell, columns, cut: where, isNumber }): Span[] => [
    {
      text: isNumber ? fitRight(row[cell], columns) : fit(row[cell], columns, where),
      tone: cell === 'state' ? row.tone : quiet,
    },
    { text: ' ' },
  ])
  const age = fitRight(row.since === null ? '' : look.age, AGE)
  return [
    { text: look.marked ? '▸' : ' ' },
    { text: `${GLYPHS[row.glyph]} `, tone: row.tone },
    ...cells,
    { text: `${age} `, tone: quiet },
  ]
}

const same = (a: RowLook, b: RowLook): boolean =>
  a.plan === b.plan &&
  a.columns === b.columns &&
  a.age === b.age &&
  a.selected === b.selected &&
  a.marked === b.marked &&
  a.theme === b.theme

const drawn = new WeakMap<RowView, { readonly look: RowLook; readonly line: string }>()

export function rowLine(row: RowView, look: RowLook): string {
  const known = drawn.get(row)
  if (known && same(known.look, look)) return known.line
  const line = paint(fitSpans(spansOf(row, look), look.columns), look.theme, look.selected)
  drawn.set(row, { look, line })
  return line
}
