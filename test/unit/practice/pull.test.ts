import { describe, expect, it } from 'vitest'
import {
  checkRuns,
  type Mergeability,
  mergeState,
  type RollupState,
  rollup,
} from '../../../src/practice/github/pull.ts'

const OPEN = { strict: false, requiredChecks: false, requiredReviews: 0 }
const STRICT = { strict: true, requiredChecks: true, requiredReviews: 1 }
const merges = (behindBy = 0): Mergeability => ({ conflicts: false, behindBy })
const conflict: Mergeability = { conflicts: true, behindBy: 1 }

describe('mergeStateStatus', () => {
  const approved = { isDraft: false, reviewDecision: 'APPROVED' as const }
  const draft = { isDraft: true, reviewDecision: null }
  const waiting = { isDraft: false, reviewDecision: 'REVIEW_REQUIRED' as const }
  const table: [
    string,
    typeof approved | typeof draft | typeof waiting,
    Mergeability,
    RollupState,
    typeof OPEN,
    string,
  ][] = [
    ['not computed yet', approved, 'unknown', 'SUCCESS', OPEN, 'UNKNOWN'],
    ['a conflict', approved, conflict, 'SUCCESS', OPEN, 'DIRTY'],
    ['a conflict in a draft', draft, conflict, 'SUCCESS', OPEN, 'DIRTY'],
    ['a draft', draft, merges(), 'SUCCESS', OPEN, 'BLOCKED'],
    ['green', approved, merges(), 'SUCCESS', OPEN, 'CLEAN'],
    ['behind, but nobody minds', approved, merges(3), 'SUCCESS', OPEN, 'CLEAN'],
    ['red', approved, merges(), 'FAILURE', OPEN, 'UNSTABLE'],
    ['running', approved, merges(), 'PENDING', OPEN, 'UNSTABLE'],
    ['behind under strict rules', approved, merges(3), 'SUCCESS', STRICT, 'BEHIND'],
    ['red under strict rules masks behind', approved, merges(3), 'FAILURE', STRICT, 'BLOCKED'],
    ['waiting for a review', waiting, merges(), 'SUCCESS', STRICT, 'BLOCKED'],
    ['all of it', approved, merges(), 'SUCCESS', STRICT, 'CLEAN'],
  ]
  it.each(table)('[F01] %s', (_, pull, mergeability, checks, rules, expected) => {
    expect(mergeState(pull, mergeability, checks, rules)).toBe(expected)
  })
})

describe('checks', () => {
  const plan = { outcome: 'fail' as const, startedAt: 0, endsAt: 500 }
  it('end one after the other', () => {
    const done = (at: number) =>
      checkRuns(plan, at).filter(run => run.status === 'COMPLETED').length
    expect([0, 99, 100, 250, 499, 500].map(done)).toEqual([0, 0, 1, 2, 4, 5])
  })
  it('are red as soon as one is red', () => {
    expect([0, 300, 400, 500].map(at => rollup(checkRuns(plan, at)))).toEqual([
      'PENDING',
      'PENDING',
      'FAILURE',
      'FAILURE',
    ])
  })
  it('stay pending on a runner that is stuck', () => {
    const stuck = { outcome: 'pass' as const, startedAt: 0, endsAt: 'never' as const }
    expect(rollup(checkRuns(stuck, 1e12))).toBe('PENDING')
  })
})
