/** What the dock knows of a pull request and of the line that it waits in. */
import * as z from 'zod'

/** Unix milliseconds. */
const Instant = z.number().int().nonnegative().max(8_640_000_000_000_000)

/** One condition of the gate, and the datum that decided it. Only `pass` lets through. */
export const Signal = z.object({
  name: z.enum([
    'allowlist',
    'checks',
    'bots',
    'paths',
    'review',
    'soak',
    'size',
    'compaction',
    'conflicts',
  ]),
  verdict: z.enum(['pass', 'fail', 'absent']),
  /** What was read, in words: or which datum is missing. */
  datum: z.string(),
})
export type Signal = z.infer<typeof Signal>

export const DOCK_STATES = [
  /** The gate holds it. */
  'held',
  /** It may board, and waits for its turn. */
  'waiting',
  'testing',
  'landing',
  /** It does not merge with the branch any more. */
  'dirty',
  /** It was red by itself, at this head. */
  'ejected',
  /** GitHub's own queue has it. */
  'queued',
] as const

/** GitHub's words for an entry of its queue; UNKNOWN is one that we do not know. */
export const QueueEntryState = z.enum([
  'QUEUED',
  'AWAITING_CHECKS',
  'MERGEABLE',
  'UNMERGEABLE',
  'LOCKED',
  'UNKNOWN',
])

/** A place in GitHub's own queue. */
export const QueueEntry = z.object({
  /** From 1. */
  position: z.number().int(),
  state: QueueEntryState,
  enqueuedAt: Instant,
  /** Until it lands, as GitHub reckons; null when it does not say. */
  etaMs: z.number().nullable(),
})
export type QueueEntry = z.infer<typeof QueueEntry>

/** What stands out about a change. */
export const MARKS = ['oversize', 'old', 'surface-only'] as const

/** One open pull request as the mirror, the gate and the line see it. */
export const DockFact = z.object({
  repo: z.string(),
  number: z.number().int(),
  /** The head that all of this is about. */
  head: z.string(),
  state: z.enum(DOCK_STATES),
  /** Place in the line, from 1; null when it may not board. */
  position: z.number().int().nullable(),
  /** The one reason why it has not landed; null when it is about to. */
  blocking: z.string().nullable(),
  /** What must happen first: pull requests, checks, a person. */
  waitsFor: z.array(z.string()),
  /** Since when it waits in that place; null when it has none, or that is not known. */
  placedAt: Instant.nullable(),
  /** An operator's word: higher boards first; 0 when nobody said. */
  priority: z.number().int(),
  /** From now until it has landed, if nothing goes wrong; null when nobody can tell. */
  etaMs: z.number().nullable(),
  /** Commits of the branch that it lacks; null when the mirror does not know. */
  behind: z.number().int().nullable(),
  /** Landings since its checks were green; null when they were not. */
  baseMoves: z.number().int().nullable(),
  /** Paths that conflict with the branch. */
  dirtyPaths: z.array(z.string()),
  /** Since when it is dirty, as far as we saw. */
  dirtySince: Instant.nullable(),
  /** Open pull requests that it conflicts with. */
  conflictsWith: z.array(z.number().int()),
  /** The one to keep, when this one changes the same. */
  duplicateOf: z.number().int().nullable(),
  marks: z.array(z.enum(MARKS)),
  /**
   * Live lanes that change files of it, or are told to in their briefs; its own is not among them.
   * Null: the host has not told.
   */
  lanes: z.array(z.string()).nullable(),
  /** The live lane that works on its branch; absent when there is none. */
  lane: z.string().optional(),
  signals: z.array(Signal),
  /** Whose hand wrote it; null is a person, or nobody that the policy names. */
  engine: z.string().nullable(),
  /** Who reviewed this head, the last word of each. */
  reviewers: z.array(
    z.object({
      by: z.string(),
      engine: z.string().nullable(),
      state: z.enum(['approved', 'changes-requested', 'commented']),
    }),
  ),
  /** Its place in GitHub's own queue; absent when it has none. */
  entry: QueueEntry.optional(),
})
export type DockFact = z.infer<typeof DockFact>

/** One line: the branch that it lands on, the trains in it, and how fast it goes. */
export const LineFact = z.object({
  repo: z.string(),
  base: z.string(),
  tip: z.string().nullable(),
  backend: z.enum(['native', 'train', 'look']),
  batch: z.number().int(),
  depth: z.number().int(),
  /** Why nothing new boards; null when it does. */
  frozen: z.object({ by: z.string(), reason: z.string(), at: Instant }).nullable(),
  trains: z.array(
    z.object({
      id: z.string(),
      prs: z.array(z.number().int()),
      stage: z.enum(['building', 'testing', 'green', 'red', 'landing']),
      commit: z.string().nullable(),
      /** The train that it stands on before that one has landed; null when it stands on the tip. */
      after: z.string().nullable(),
      /** Since when it is in this stage, as far as we saw. */
      since: Instant,
    }),
  ),
  /** Time of one run, and share of green ones, of late; null when none was seen. */
  runMs: z.number().nullable(),
  pass: z.number().nullable(),
  drainMs: z.number().nullable(),
  /** Heads that the soak alone has held back so far; 0 once landing is switched on. */
  wouldHaveLanded: z.number().int(),
})
export type LineFact = z.infer<typeof LineFact>

/** A landing as git tells it: GitHub says that it was merged, and a branch can be moved back. */
export const ArrivalFact = z.object({
  repo: z.string(),
  number: z.number().int(),
  /** What GitHub says it was merged as. */
  sha: z.string(),
  /** Whether the branch holds that commit now. */
  isOnBranch: z.boolean(),
  /** Whether our line put it there, at this head, with the very tree that it had tested. */
  isTested: z.boolean(),
})
export type ArrivalFact = z.infer<typeof ArrivalFact>
