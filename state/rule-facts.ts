/** Facts about what is allowed: decisions, broken rules, pauses, access, tokens. */
import * as z from 'zod'
import { Instant } from './instant.ts'

/** A question for the operator, as the journal holds it. */
export const DecisionFact = z.object({
  question: z.string(),
  options: z.array(z.string()),
  /** What is taken for the answer when its deadline passes; null when it just waits on. */
  default: z.string().nullable(),
  reversibility: z.enum(['reversible', 'irreversible', 'unknown']),
  /** Why it is asked, and why what it offers is safe; null when nobody said. */
  why: z.string().nullable(),
  answer: z.string().nullable(),
  author: z.string(),
  openedAt: Instant,
  deadline: Instant.nullable(),
  url: z.string().nullable(),
})
export type DecisionFact = z.infer<typeof DecisionFact>

/**
 * A rule that is broken now: a model that may not run, a share that is missed, or work in a lane's
 * own worktree that is not the lane's.
 */
export const BreachFact = z.object({
  about: z.enum(['model', 'share', 'lead', 'token']),
  /** The rule, e.g. `banned *-mini`. */
  rule: z.string(),
  /** The model; null when it is about none. */
  model: z.string().nullable(),
  /** A file, a directory that a process works in, a lane or its commit; for a share, who cost the most. */
  where: z.string(),
  /** Counted from 1; null when `where` is no file. */
  line: z.number().int().nullable(),
  pid: z.number().int().nullable(),
})
export type BreachFact = z.infer<typeof BreachFact>

/** What can be paused: `dispatch` is all of it, and has no name; a `queue` is a repository's. */
export const PauseTarget = z.object({
  kind: z.enum(['goal', 'lane', 'account', 'model', 'dispatch', 'queue']),
  name: z.string().max(200),
})
export type PauseTarget = z.infer<typeof PauseTarget>

/** Something that nobody may start, resume or heal for now. Its key is `<kind> <name>`. */
export const PauseFact = z.object({
  target: PauseTarget,
  /** `user@host`, or `hub` when a limit did it. */
  by: z.string(),
  reason: z.string(),
  since: Instant,
  /** When it ends by itself; null when somebody must end it. */
  until: Instant.nullable(),
  /** When somebody should ask whether it is still wanted. */
  review: Instant.nullable(),
  /** That time has come. */
  isReviewDue: z.boolean(),
})
export type PauseFact = z.infer<typeof PauseFact>

/** Whether clients may act, where the profile says that at first they may not. */
export const AccessFact = z.object({
  mode: z.enum(['read-only', 'read-write']),
  since: Instant,
  /** Who set it; null when the profile did. */
  by: z.string().nullable(),
})
export type AccessFact = z.infer<typeof AccessFact>

/** A token that the profile names: whether it is there. Never what it is. */
export const TokenFact = z.object({
  name: z.enum(['github.token', 'dock.mergeToken']),
  state: z.enum(['present', 'absent']),
  /** Why it is absent. */
  message: z.string().nullable(),
})
export type TokenFact = z.infer<typeof TokenFact>
