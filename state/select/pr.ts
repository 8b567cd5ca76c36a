/** A pull request as a row: by the dock where it has looked, else by GitHub's word alone. */
import type { DockFact } from '../dock.ts'
import type { PrFact } from '../facts.ts'
import { age, plural } from '../format.ts'
import type { MergeState } from '../words.ts'
import type { Look, RowDraft } from './row.ts'

const BY_STATE: Readonly<Record<MergeState, Look>> = {
  CLEAN: { glyph: 'good', tone: 'good', attention: 0 },
  HAS_HOOKS: { glyph: 'good', tone: 'good', attention: 0 },
  UNSTABLE: { glyph: 'fail', tone: 'bad', attention: 1 },
  BLOCKED: { glyph: 'hold', tone: 'wait', attention: 3 },
  BEHIND: { glyph: 'hold', tone: 'wait', attention: 3 },
  DIRTY: { glyph: 'fail', tone: 'bad', attention: 4 },
  UNKNOWN: { glyph: 'unknown', tone: 'wait', attention: 5 },
}

const PENDING: Look = { glyph: 'live', tone: 'wait', attention: 2 }
const DRAFT: Look = { glyph: 'idle', tone: 'dim', attention: 6 }

function look(pr: PrFact): Look {
  if (pr.isDraft) return DRAFT
  if (pr.checks === 'pending' && pr.mergeState !== 'DIRTY') return PENDING
  return BY_STATE[pr.mergeState]
}

const progress = (pr: PrFact): string =>
  pr.checksTotal === null ? 'checks' : `checks ${pr.checksDone ?? '?'}/${pr.checksTotal}`

const CHECKS: Readonly<Record<PrFact['checks'], (pr: PrFact) => string>> = {
  passing: progress,
  failing: () => 'checks failing',
  pending: progress,
  none: () => 'no checks',
  unreadable: () => 'checks unreadable',
}

function fact(pr: PrFact): string {
  if (pr.queuePosition !== null) return `place ${pr.queuePosition} in the queue`
  if (pr.mergeState === 'DIRTY') return `conflicts with ${pr.base}`
  if (pr.mergeState === 'BEHIND') return `behind ${pr.base}`
  if (pr.mergeState === 'BLOCKED' && pr.reviewDecision && pr.reviewDecision !== 'APPROVED') {
    return pr.reviewDecision.toLowerCase().replaceAll('_', ' ')
  }
  return CHECKS[pr.checks](pr)
}

/** What is in the line comes first, in its order; then what waits for a person. */
const DOCKED: Readonly<Record<Exclude<DockFact['state'], 'held'>, Look>> = {
  landing: { glyph: 'live', tone: 'wait', attention: 0 },
  testing: { glyph: 'live', tone: 'wait', attention: 0 },
  queued: { glyph: 'live', tone: 'wait', attention: 0 },
  waiting: { glyph: 'good', tone: 'good', attention: 0 },
  ejected: { glyph: 'fail', tone: 'bad', attention: 2 },
  dirty: { glyph: 'fail', tone: 'bad', attention: 4 },
}

const REVIEW: Look = { glyph: 'you', tone: 'accent', attention: 1 }
const RED: Look = { glyph: 'fail', tone: 'bad', attention: 2 }
const HELD: Look = { glyph: 'hold', tone: 'wait', attention: 3 }
const UNSEEN: Look = { glyph: 'unknown', tone: 'wait', attention: 5 }

/** A gate that holds: by a person who has not spoken, a red check, or what nobody could read. */
function heldLook(pr: PrFact, { signals }: DockFact): Look {
  const [first] = signals.filter(({ verdict }) => verdict !== 'pass')
  if (first === undefined || first.verdict === 'pass') return HELD
  if (first.name === 'review' && first.verdict === 'absent') return REVIEW
  if (first.name === 'checks' && pr.checks === 'pending') return PENDING
  if (first.name === 'checks' && pr.checks === 'failing') return RED
  return first.verdict === 'absent' ? UNSEEN : HELD
}

function dockedLook(pr: PrFact, dock: DockFact): Look {
  if (pr.isDraft) return DRAFT
  return dock.state === 'held' ? heldLook(pr, dock) : DOCKED[dock.state]
}

/** `codex, reviewed by claude`; null while nobody has reviewed it. */
export function enginesText({ engine, reviewers }: DockFact): string | null {
  const names = new Set(reviewers.map(reviewer => reviewer.engine ?? reviewer.by))
  return names.size === 0 ? null : `${engine ?? 'a person'}, reviewed by ${[...names].join(', ')}`
}

const SHOWN = 3

/** Those that it makes dirty, or is made dirty by: the first few, and how many more. */
function partnersText(numbers: readonly number[]): string | null {
  if (numbers.length === 0) return null
  const shown = numbers.slice(0, SHOWN).map(pr => `#${pr}`)
  const more = numbers.length - shown.length
  return `against ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function dockedFact(dock: DockFact): string {
  const { state, blocking, conflictsWith, marks, behind, baseMoves } = dock
  const parts = [
    blocking ?? (state === 'landing' ? 'is landing' : 'is next'),
    marks.length === 0 ? null : marks.join(', '),
    behind ? `${behind} behind` : null,
    baseMoves ? `base moved ${plural(baseMoves, 'time')} since green` : null,
    partnersText(conflictsWith),
    enginesText(dock),
  ]
  return parts.filter(part => part !== null).join('; ')
}

const common = ({ number, title, createdAt }: PrFact) => ({
  tag: `#${number}`,
  name: title,
  since: createdAt,
})

/** `~6h`. */
export const etaText = (etaMs: number | null): string =>
  etaMs === null ? '' : `~${etaMs < 60_000 ? '1m' : age(0, etaMs)}`

export function prRow(pr: PrFact, dock: DockFact | null): RowDraft {
  if (dock === null) {
    return {
      ...look(pr),
      ...common(pr),
      order: pr.createdAt,
      state: pr.isDraft ? 'draft' : pr.mergeState.toLowerCase(),
      fact: fact(pr),
      place: pr.queuePosition === null ? '' : String(pr.queuePosition),
    }
  }
  return {
    ...dockedLook(pr, dock),
    ...common(pr),
    order: dock.position ?? pr.createdAt,
    state: pr.isDraft ? 'draft' : dock.state,
    fact: dockedFact(dock),
    place: dock.position === null ? '–' : String(dock.position),
    eta: etaText(dock.etaMs),
  }
}
