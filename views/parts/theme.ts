/** Colours and characters. The sixteen colours that every terminal has, or none; or plain ASCII. */
import type { Tone } from '../../state/select/row.ts'
import { cells } from '../../state/width.ts'

export interface Theme {
  /** False under NO_COLOR: weight and inversion stay, since they are not colour. */
  readonly colour: boolean
  /** True where the locale is not UTF-8, or when asked for. */
  readonly ascii: boolean
}

/** A piece of a line in one style. */
export interface Span {
  readonly text: string
  readonly tone?: Tone
  readonly strong?: boolean
}

type Pair = readonly [open: string, close: string]

const sgr = (open: number, close: number): Pair => [`\u001b[${open}m`, `\u001b[${close}m`]
const BOLD = sgr(1, 22)
const INVERSE = sgr(7, 27)

const COLOURS: Readonly<Record<Tone, Pair | null>> = {
  plain: null,
  bad: sgr(31, 39),
  wait: sgr(33, 39),
  good: sgr(32, 39),
  dim: sgr(90, 39),
  accent: sgr(36, 39),
}

const WEIGHTS: Readonly<Record<Tone, Pair | null>> = {
  ...COLOURS,
  bad: BOLD,
  wait: null,
  good: null,
  dim: sgr(2, 22),
  accent: BOLD,
}

const wrap = (text: string, pair: Pair | null): string =>
  pair === null || text === '' ? text : pair[0] + text + pair[1]

/** What stands for each of our own characters where only ASCII can be shown. */
const ASCII: Readonly<Record<string, string>> = {
  '▲': '^',
  '●': '*',
  '◐': 'o',
  '○': '.',
  '∅': '0',
  '✓': '+',
  '✕': 'x',
  '◌': '-',
  '▸': '>',
  '▏': '_',
  '·': '-',
  '…': '~',
  '→': '>',
  '−': '-',
  '–': '-',
  '─': '-',
  '│': '|',
  '┌': '+',
  '┬': '+',
  '┐': '+',
  '├': '+',
  '┼': '+',
  '┤': '+',
  '└': '+',
  '┴': '+',
  '┘': '+',
}

const toAscii = (text: string): string =>
  text.replace(
    /[\u007f-\u{10ffff}]/gu,
    char => ASCII[char] ?? '?'.repeat(cells(char.codePointAt(0) ?? 0)),
  )

/** One line of the screen as the terminal gets it. A selected line is inverted as a whole. */
export function paint(spans: readonly Span[], theme: Theme, selected = false): string {
  const tones = theme.colour ? COLOURS : WEIGHTS
  const text = selected
    ? wrap(spans.map(span => span.text).join(''), INVERSE)
    : spans
        .map(({ text: piece, tone = 'plain', strong = false }) =>
          wrap(wrap(piece, tones[tone]), strong ? BOLD : null),
        )
        .join('')
  return theme.ascii ? toAscii(text) : text
}
