/** A pull request as the practice server keeps it, and the pure rules that GitHub applies to it. */
import type { MergeState } from '../../../state/words.ts'
import type { Protection } from '../history/plan.ts'

export type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED'

/** What the checks of a head come to, and when they end. `never` ends for a stuck runner. */
export interface CheckPlan {
  outcome: 'pass' | 'fail'
  startedAt: number
  endsAt: number | 'never'
}

export interface Comment {
  readonly id: number
  readonly by: string
  readonly body: string
  readonly at: number
}

export interface Review extends Comment {
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'
  /** The commit that was looked at. */
  readonly commit: string
}

export interface Pull {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly author: string
  readonly branch: string
  readonly base: string
  readonly isDraft: boolean
  readonly createdAt: number
  updatedAt: number
  headSha: string
  reviewDecision: ReviewDecision | null
  landed: { sha: string; at: number; by: string } | null
  /** When it was closed without a landing. */
  closedAt: number | null
  readonly labels: string[]
  readonly comments: Comment[]
  readonly reviews: Review[]
}

export const isOpen = (pull: Pull): boolean => pull.landed === null && pull.closedAt === null

export interface Issue {
  title: string
  body: string
}

export interface CheckRun {
  name: string
  status: 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED'
  conclusion: 'SUCCESS' | 'FAILURE' | 'CANCELLED' | null
  startedAt: number
  completedAt: number | null
}

export const CHECK_NAMES = ['types', 'lint', 'unit', 'integration', 'build'] as const
/** The check that is red when a head fails. */
const FAILING_CHECK = 'integration'
/** How many checks a head has passed when its runner is stuck. */
const STUCK_AFTER = 3

/** The check runs of a head at `now`: one after the other, evenly over the run. */
export function checkRuns(plan: CheckPlan, now: number): CheckRun[] {
  const total = CHECK_NAMES.length
  const span = plan.endsAt === 'never' ? 0 : plan.endsAt - plan.startedAt
  const done =
    plan.endsAt === 'never'
      ? STUCK_AFTER
      : span <= 0 || now >= plan.endsAt
        ? total
        : Math.max(0, Math.floor(((now - plan.startedAt) / span) * total))
  return CHECK_NAMES.map((name, index): CheckRun => {
    const startedAt = plan.startedAt + Math.round((span * index) / total)
    if (index > done)
      return { name, status: 'QUEUED', conclusion: null, startedAt, completedAt: null }
    if (index === done) {
      return { name, status: 'IN_PROGRESS', conclusion: null, startedAt, completedAt: null }
    }
    const conclusion = plan.outcome === 'fail' && name === FAILING_CHECK ? 'FAILURE' : 'SUCCESS'
    const completedAt = plan.startedAt + Math.round((span * (index + 1)) / total)
    return { name, status: 'COMPLETED', conclusion, startedAt, completedAt }
  })
}

export type RollupState = 'SUCCESS' | 'FAILURE' | 'PENDING'

export function rollup(runs: readonly CheckRun[]): RollupState {
  if (runs.some(run => run.status === 'COMPLETED' && run.conclusion !== 'SUCCESS')) return 'FAILURE'
  return runs.every(run => run.status === 'COMPLETED') ? 'SUCCESS' : 'PENDING'
}

/** What is known of merging a head into its base. GitHub computes it late: unknown until then. */
export type Mergeability = 'unknown' | { conflicts: boolean; behindBy: number }

/** `mergeStateStatus` by GitHub's rules: BLOCKED masks BEHIND, and unknown comes before all. */
export function mergeState(
  pull: Pick<Pull, 'isDraft' | 'reviewDecision'>,
  mergeability: Mergeability,
  checks: RollupState,
  rules: Protection,
): MergeState {
  if (mergeability === 'unknown') return 'UNKNOWN'
  if (mergeability.conflicts) return 'DIRTY'
  if (pull.isDraft) return 'BLOCKED'
  if (rules.requiredReviews > 0 && pull.reviewDecision !== 'APPROVED') return 'BLOCKED'
  if (rules.requiredChecks && checks !== 'SUCCESS') return 'BLOCKED'
  if (rules.strict && mergeability.behindBy > 0) return 'BEHIND'
  return checks === 'SUCCESS' ? 'CLEAN' : 'UNSTABLE'
}
