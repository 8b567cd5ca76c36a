/** What one row of a pane says, whatever the pane: the view model that views draw. */
import { clean } from '../clean.ts'
import type { Instant } from '../facts.ts'
import type { Stale } from '../stale.ts'
import type { AnySeen } from '../world.ts'

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

export const CELLS = ['tag', 'name', 'state', 'fact', 'place', 'eta'] as const
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
  /** In a queue: its place, and when it is through. */
  readonly place?: string
  readonly eta?: string
}

export type Look = Pick<RowDraft, 'glyph' | 'tone' | 'attention'>

/** Looks of what is about the program itself: never green, since working is no evidence. */
export const BROKEN: Look = { glyph: 'bad', tone: 'bad', attention: 0 }
export const YOURS: Look = { glyph: 'you', tone: 'accent', attention: 0 }
export const WAITING: Look = { glyph: 'hold', tone: 'wait', attention: 1 }
export const WELL: Look = { glyph: 'live', tone: 'plain', attention: 2 }
export const NOTHING: Look = { glyph: 'none', tone: 'dim', attention: 3 }

export interface RowView extends RowDraft {
  readonly id: string
  /** The fact that it was made of; null for an entry of the journal. */
  readonly seen: AnySeen | null
  readonly stale: boolean
  readonly place: string
  readonly eta: string
  /** What `/` looks in, lower case. */
  readonly text: string
}

export interface FactRow extends RowView {
  readonly seen: AnySeen
}

/** A stale row keeps its last values, greyed: nothing that it said is claimed to be so now. */
export function finish<S extends AnySeen | null>(
  id: string,
  seen: S,
  draft: RowDraft,
  stale: Stale | null,
): RowView & { readonly seen: S } {
  const texts = {
    tag: clean(draft.tag),
    name: clean(draft.name),
    state: draft.state,
    fact: clean(draft.fact),
  }
  return {
    ...draft,
    ...texts,
    place: draft.place ?? '',
    eta: draft.eta ?? '',
    tone: stale ? 'dim' : draft.tone,
    id,
    seen,
    stale: stale !== null,
    text: Object.values(texts).join(' ').toLowerCase(),
  }
}
