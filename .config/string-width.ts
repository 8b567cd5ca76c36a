/**
 * Stands in for string-width in the bundle, where only Ink asks it, for every line of every frame.
 * Everything that Ink draws was cleaned by us, so our own measure is right; and it is many times
 * faster, because it need not look for emoji that `clean` has taken apart.
 */
import { width } from '../state/width.ts'

const STYLE = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

export default function stringWidth(text: string): number {
  return width(text.includes('\u001b') ? text.replace(STYLE, '') : text)
}
