/** What the gate is told of one pull request. */
import type { GatePolicy } from '../../../state/gate-policy.ts'

/** What could be read; a null says that it could not be. */
export interface GateInput {
  readonly repo: string
  readonly head: string
  readonly author: string
  readonly isDraft: boolean
  /** Repositories where something may land at all. */
  readonly allowed: readonly string[]
  readonly policy: GatePolicy
  /** Why the policy of the repository cannot be read; null when it can. */
  readonly policyFault: string | null
  readonly checks: readonly Check[] | null
  readonly reviews: readonly Review[] | null
  /** Paths that it changes. */
  readonly paths: readonly string[] | null
  readonly lines: number | null
  /** Paths in conflict with the branch. */
  readonly conflicts: readonly string[] | null
  /** Paths in which it leaves markers of a conflict. */
  readonly marked: readonly string[]
  readonly compaction: 'fresh' | 'stale' | 'missing' | 'unreadable'
  /** The operator has opted in: what passes everything else lands. */
  readonly isOptedIn: boolean
  /** By the clock that the ends of checks are told in: GitHub's. */
  readonly now: number
}

export interface Check {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'pending'
  /** When it ended; null while it has not. */
  readonly at: number | null
  /** The commit that it ran on. */
  readonly commit: string
}

export interface Review {
  readonly by: string
  readonly state: 'approved' | 'changes-requested' | 'commented'
  /** The commit that was reviewed. */
  readonly commit: string | null
}
