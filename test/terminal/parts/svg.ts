/** A terminal's screen as an SVG that needs nothing else: cell-exact, colours and all. */
import type { IBuffer, IBufferCell, Terminal } from '@xterm/headless'

const CELL = { width: 8.4, height: 18, font: 14, baseline: 13.5 } as const
const MARGIN = 14

const BACKGROUND = '#11151c'
const FOREGROUND = '#c9d1d9'
/** The sixteen colours, as a dark terminal has them. */
const DARK = '#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4'
const BRIGHT = '#6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #f0f6fc'
const PALETTE = `${DARK} ${BRIGHT}`.split(' ')

/** Box-drawing characters as strokes from the middle of the cell: up, right, down, left. */
const STROKES: Readonly<Record<string, string>> = {
  '─': 'rl',
  '│': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '├': 'urd',
  '┤': 'udl',
  '┬': 'rdl',
  '┴': 'url',
  '┼': 'urdl',
}

interface Style {
  readonly colour: string
  readonly behind: string | null
  readonly bold: boolean
}

/** Characters of one row, side by side and of one style. */
interface Run extends Style {
  readonly column: number
  readonly text: string
  readonly cells: number
}

function styleOf(cell: IBufferCell): Style {
  const colour = cell.isFgDefault() ? FOREGROUND : (PALETTE[cell.getFgColor()] ?? FOREGROUND)
  const bold = cell.isBold() !== 0
  if (cell.isInverse() !== 0) return { colour: BACKGROUND, behind: colour, bold }
  const behind = cell.isBgDefault() ? null : (PALETTE[cell.getBgColor()] ?? null)
  return { colour: cell.isDim() !== 0 ? (PALETTE[8] ?? colour) : colour, behind, bold }
}

const isSame = (a: Style, b: Style): boolean =>
  a.colour === b.colour && a.behind === b.behind && a.bold === b.bold

function runsOf(buffer: IBuffer, row: number, columns: number): Run[] {
  const runs: Run[] = []
  const line = buffer.getLine(buffer.viewportY + row)
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column)
    if (!cell || cell.getWidth() === 0) continue
    const [text, cells, style] = [cell.getChars() || ' ', cell.getWidth(), styleOf(cell)]
    const last = runs.at(-1)
    if (last && isSame(last, style)) {
      runs[runs.length - 1] = { ...last, text: last.text + text, cells: last.cells + cells }
    } else runs.push({ ...style, column, text, cells })
  }
  return runs
}

const number = (value: number): string => String(Math.round(value * 100) / 100)
const xOf = (column: number): number => MARGIN + column * CELL.width
const yOf = (row: number): number => MARGIN + row * CELL.height
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function rectangle({ column, cells, behind }: Run, row: number): string {
  if (behind === null) return ''
  const [x, y] = [number(xOf(column)), number(yOf(row))]
  const width = number(cells * CELL.width)
  return `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${behind}"/>`
}

/** Words between wide gaps are texts of their own: each begins exactly at its cell. */
function texts({ column, text, colour, bold }: Run, row: number): string[] {
  const plain = text.replaceAll(/[─│┌┐└┘├┤┬┴┼]/g, ' ')
  const weight = bold ? ' font-weight="bold"' : ''
  return [...plain.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
    const x = number(xOf(column + index))
    const y = number(yOf(row) + CELL.baseline)
    const length = number(words.length * CELL.width)
    return `<text x="${x}" y="${y}" textLength="${length}" fill="${colour}"${weight}>${escape(words)}</text>`
  })
}

function strokes({ column, text, colour }: Run, row: number): string {
  const steps = Array.from(text).flatMap((char, index) => {
    const [left, top] = [xOf(column + index), yOf(row)]
    const [x, y] = [number(left + CELL.width / 2), number(top + CELL.height / 2)]
    const ends: Readonly<Record<string, string>> = {
      u: `V${number(top)}`,
      d: `V${number(top + CELL.height)}`,
      l: `H${number(left)}`,
      r: `H${number(left + CELL.width)}`,
    }
    return Array.from(STROKES[char] ?? '').map(end => `M${x} ${y}${ends[end]}`)
  })
  return steps.length === 0 ? '' : `<path d="${steps.join('')}" stroke="${colour}"/>`
}

/** All characters that are not box drawing take one cell each, as our own screens have them. */
export function screenSvg(terminal: Terminal, title: string): string {
  const { active } = terminal.buffer
  const width = number(2 * MARGIN + terminal.cols * CELL.width)
  const height = number(2 * MARGIN + terminal.rows * CELL.height)
  const rows = Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(active, row, terminal.cols).flatMap(run => [
      rectangle(run, row),
      strokes(run, row),
      ...texts(run, row),
    ]),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${CELL.font}">`,
    ...rows.flat().filter(Boolean),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}
