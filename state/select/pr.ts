/** A pull request as a row. */
import type { PrFact } from '../facts.ts'
import type { MergeState } from '../words.ts'
import type { RowDraft } from './row.ts'

type Look = Pick<RowDraft, 'glyph' | 'tone' | 'attention'>

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

export const prRow = (pr: PrFact): RowDraft => ({
  ...look(pr),
  order: pr.createdAt,
  tag: `#${pr.number}`,
  name: pr.title,
  state: pr.isDraft ? 'draft' : pr.mergeState.toLowerCase(),
  fact: fact(pr),
  since: pr.createdAt,
})
