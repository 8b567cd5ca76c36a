/** What protects the default branch, and what a push must therefore not do. Pure. */
import { DEFAULT_BRANCH, type Protection } from '../history/plan.ts'

export interface QueueRules {
  method: 'merge' | 'squash' | 'rebase'
  /** Most pull requests that are built at once. */
  maxEntriesToBuild: number
  /** Most pull requests that land at once. */
  maxEntriesToMerge: number
}

export interface Rules extends Protection {
  requirePull: boolean
  /** Names of checks that must be green besides those that run here. */
  alsoRequired: string[]
  /** Who may push to it at all; null is everybody who may write. */
  pushers: string[] | null
  /** Accounts that none of this holds. */
  bypass: string[]
  /** The head's branch is deleted after a merge. */
  deletesBranch: boolean
  /** GitHub's own queue; null while it is off. */
  queue: QueueRules | null
}

export const rulesOf = (protection: Protection): Rules => ({
  ...protection,
  requirePull: protection.requiredReviews > 0,
  alsoRequired: [],
  pushers: null,
  bypass: [],
  deletesBranch: true,
  queue: null,
})

export const isProtected = (rules: Rules): boolean =>
  rules.requirePull || rules.requiredChecks || rules.pushers !== null || rules.queue !== null

export interface RefUpdate {
  /** Full name. */
  ref: string
  /** Null when it is made. */
  from: string | null
  /** Null when it is deleted. */
  to: string | null
}

export interface PushFacts {
  by: string
  /** What the checks of the new commit come to; null when it has none. */
  checks: 'SUCCESS' | 'FAILURE' | 'PENDING' | null
  checkNames: readonly string[]
}

/** Whether the rules hold who pushes to this ref. */
export const isHeld = (rules: Rules, { ref }: RefUpdate, by: string): boolean =>
  ref === `refs/heads/${DEFAULT_BRANCH}` && isProtected(rules) && !rules.bypass.includes(by)

/** Why GitHub refuses an update, in its words; null when it takes it. */
export function refusalOf(rules: Rules, update: RefUpdate, facts: PushFacts): string | null {
  if (!isHeld(rules, update, facts.by)) return null
  const reasons = [
    ...(rules.pushers !== null && !rules.pushers.includes(facts.by)
      ? ["You're not authorized to push to this branch."]
      : []),
    ...(rules.queue ? ['Changes must be made through the merge queue.'] : []),
    ...(rules.requirePull ? ['Changes must be made through a pull request.'] : []),
    ...(rules.requiredChecks && facts.checks !== 'SUCCESS' ? [checksReason(facts)] : []),
  ]
  if (reasons.length === 0) return null
  const head = `error: GH006: Protected branch update failed for ${update.ref}.`
  return [head, '', ...reasons.map(reason => `- ${reason}`)].join('\n')
}

function checksReason({ checks, checkNames }: PushFacts): string {
  if (checks === null) return 'Required status checks are expected.'
  const state = checks === 'PENDING' ? 'pending' : 'failing'
  const { length } = checkNames
  return `${length} of ${length} required status checks are ${checks === 'PENDING' ? 'expected' : state}.`
}
