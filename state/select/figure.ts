/** What titles and the status line are made of. */
import { count } from '../format.ts'
import type { Tone } from './row.ts'

/** One figure of a title or status line. */
export interface Figure {
  readonly text: string
  readonly tone: Tone
}

/** One that tells nothing by its tone. */
export const plain = (text: string): Figure => ({ text, tone: 'plain' })

/** None of them is no figure. */
export const some = (many: number, text: string, tone: Tone): Figure[] =>
  many > 0 ? [{ text: `${count(many)} ${text}`, tone }] : []
