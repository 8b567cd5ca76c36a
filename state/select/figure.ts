import type { Tone } from './row.ts'

/** One figure of a title or status line. */
export interface Figure {
  readonly text: string
  readonly tone: Tone
}
