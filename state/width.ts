/**
 * Cells: how many columns of a terminal a text takes. One measure for every row that we draw. It
 * counts code points, not clusters, because terminals do; `clean` leaves only text on which
 * terminals agree. Text that was not cleaned must not be measured here.
 */
import { eastAsianWidth } from 'get-east-asian-width'

const ASCII = /^[\x20-\x7e]*$/
const MARK = /\p{Mn}/u

/** Widths of the basic plane as they become known: 0 = not known yet, else cells + 1. */
const known = new Uint8Array(0x10000)

function measure(point: number): number {
  return MARK.test(String.fromCodePoint(point)) ? 0 : eastAsianWidth(point)
}

/** Cells of one code point: 0, 1 or 2. */
export function cells(point: number): number {
  if (point < 0x300) return 1
  if (point > 0xffff) return measure(point)
  const found = known[point] ?? 0
  if (found > 0) return found - 1
  const count = measure(point)
  known[point] = count + 1
  return count
}

/** Cells that a cleaned text takes. */
export function width(text: string): number {
  if (ASCII.test(text)) return text.length
  let count = 0
  for (const char of text) count += cells(char.codePointAt(0) ?? 0)
  return count
}

/** Where a text that is too long loses its middle, its end or its start. */
export type Cut = 'end' | 'middle' | 'start'

/** The first code points of `text` that fit into `columns`, with the marks that sit on them. */
function head(text: string, columns: number): string {
  let count = 0
  let end = 0
  for (const char of text) {
    count += cells(char.codePointAt(0) ?? 0)
    if (count > columns) break
    end += char.length
  }
  return text.slice(0, end)
}

/** The last code points of `text` that fit into `columns`. */
function tail(text: string, columns: number): string {
  let count = 0
  let kept = ''
  for (const char of Array.from(text).toReversed()) {
    count += cells(char.codePointAt(0) ?? 0)
    if (count > columns) break
    kept = char + kept
  }
  return kept.replace(/^\p{Mn}+/u, '')
}

/** Shortens a text to at most `columns` cells; `mark` stands where something was cut. */
export function cut(text: string, columns: number, where: Cut, mark = '…'): string {
  if (columns <= 0) return ''
  if (width(text) <= columns) return text
  const room = columns - width(mark)
  if (room <= 0) return head(text, columns)
  if (where === 'end') return head(text, room) + mark
  if (where === 'start') return mark + tail(text, room)
  const front = Math.ceil(room / 2)
  return head(text, front) + mark + tail(text, room - front)
}

/** Exactly `columns` cells: cut when too long, padded with spaces when too short. */
export function fit(text: string, columns: number, where: Cut = 'end', mark = '…'): string {
  const short = cut(text, columns, where, mark)
  return short + ' '.repeat(Math.max(0, columns - width(short)))
}

/** As `fit`, with the padding before the text. */
export function fitRight(text: string, columns: number, where: Cut = 'end', mark = '…'): string {
  const short = cut(text, columns, where, mark)
  return ' '.repeat(Math.max(0, columns - width(short))) + short
}
