/** Breaks a cleaned text into lines: between words, and inside a word that fits no line. */
import { cells, width } from '../../state/width.ts'

/** A word in pieces of at most `columns` cells. */
function pieces(word: string, columns: number): readonly string[] {
  if (width(word) <= columns) return [word]
  const found: string[] = []
  let piece = ''
  let room = columns
  for (const char of word) {
    const need = cells(char.codePointAt(0) ?? 0)
    if (need > room && piece !== '') {
      found.push(piece)
      piece = ''
      room = columns
    }
    piece += char
    room -= need
  }
  return [...found, piece]
}

export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap(each => pieces(each, Math.max(1, columns)))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (width(longer) > columns && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
