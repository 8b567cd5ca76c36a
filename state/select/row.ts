/** What one row of a pane says, whatever the pane: the view model that views draw. */
import { clean } from '../clean.ts'
import type { Instant } from '../facts.ts'
import type { AnySeen } from '../reduce.ts'
import type { Stale } from '../stale.ts'

/**
 * Meaning of a row, which colour repeats. `bad`: broken and nobody is on it. `wait`: it waits.
 * `good`: evidence, never mere liveness. `dim`: stale or over. `accent`: it waits for you.
 */
export type Tone = 'plain' | 'bad' | 'wait' | 'good' | 'dim' | 'accent'

export const GLYPHS = {
  you: '▲',
  bad: '!',
  live: '●',
  think: '◐',
  idle: '○',
  none: '∅',
  good: '✓',
  fail: '✕',
  hold: '◌',
  unknown: '?',
} as const
export type Glyph = keyof typeof GLYPHS

export const CELLS = ['tag', 'name', 'state', 'fact'] as const
export type Cell = (typeof CELLS)[number]

/** A row without the parts that every pane fills alike. All texts are clean. */
export interface RowDraft {
  readonly glyph: Glyph
  readonly tone: Tone
  /** Lower comes first. Never depends on how recent a thing is: rows must not jump about. */
  readonly attention: number
  /** Place among rows of equal attention: an instant or number that does not move. */
  readonly order: number
  readonly tag: string
  readonly name: string
  readonly state: string
  readonly fact: string
  readonly since: Instant | null
}

export interface RowView extends RowDraft {
  readonly id: string
  readonly seen: AnySeen
  readonly stale: boolean
  /** What `/` looks in, lower case. */
  readonly text: string
}

/** A stale row keeps its last values, greyed: nothing that it said is claimed to be so now. */
export function finish(seen: AnySeen, draft: RowDraft, stale: Stale | null): RowView {
  const texts = {
    tag: clean(draft.tag),
    name: clean(draft.name),
    state: draft.state,
    fact: clean(draft.fact),
  }
  return {
    ...draft,
    ...texts,
    tone: stale ? 'dim' : draft.tone,
    id: seen.key,
    seen,
    stale: stale !== null,
    text: Object.values(texts).join(' ').toLowerCase(),
  }
}
