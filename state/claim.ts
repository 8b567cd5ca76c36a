/** What somebody wrote of a lane's work that can be checked, and what our check came to. */
import * as z from 'zod'
import { Instant } from './instant.ts'

export const CLAIM_STATES = ['unverified', 'verified', 'refuted'] as const

/**
 * What settles a claim. All but `command` are reads that happen by themselves once the lane has
 * ended; a `command` of the brief runs when it is asked for; `none`: nothing of ours can tell.
 */
export const CHECKS = ['commit', 'push', 'pr', 'report', 'command', 'none'] as const

export const ClaimFact = z.object({
  /** Key of the lane. */
  lane: z.string(),
  origin: z.enum(['message', 'report', 'brief']),
  /** The sentence as it was written; of a brief, the command that it wants run. */
  text: z.string(),
  check: z.enum(CHECKS),
  /** What is looked for: a SHA, a branch, a number, a path, a command; empty when it names nothing. */
  subject: z.string(),
  state: z.enum(CLAIM_STATES),
  /** What the check found, or the tail of what it printed; null before it ran. */
  output: z.string().nullable(),
  /** When the lane ended that it is of: a lane that goes on has to be believed anew. */
  madeAt: Instant,
  checkedAt: Instant.nullable(),
})
export type ClaimFact = z.infer<typeof ClaimFact>

export const ClaimCounts = z.object({
  unverified: z.number().int(),
  verified: z.number().int(),
  refuted: z.number().int(),
})
export type ClaimCounts = z.infer<typeof ClaimCounts>

/** Of one lane, one subject is claimed once. */
export const claimKey = ({ lane, check, subject }: Pick<ClaimFact, 'lane' | 'check' | 'subject'>) =>
  `${lane} ${check} ${subject}`
