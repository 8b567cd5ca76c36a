/** What is read when a lane is looked into: its briefs, the diff of its worktree, its turns. */
import * as z from 'zod'
import { Instant } from './instant.ts'

/** One brief that a lane was given; a resumed lane has several. */
export const Brief = z.object({
  /** The run that it was given to, and when. */
  run: z.string(),
  at: Instant,
  sha256: z.string(),
  /** False when the file no longer is what was sent: `text` is then what the file says now. */
  isSame: z.boolean(),
  text: z.string(),
  isCut: z.boolean(),
})
export type Brief = z.infer<typeof Brief>

export const LaneBriefs = z.object({
  /** The newest last; empty when the lane was not launched by us. */
  briefs: z.array(Brief),
})
export type LaneBriefs = z.infer<typeof LaneBriefs>

export const LaneDiff = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('diff'),
    directory: z.string(),
    branch: z.string().nullable(),
    /** The commit that it is compared with, and why that one. */
    base: z.string(),
    why: z.string(),
    stat: z.string(),
    patch: z.string(),
    untracked: z.array(z.string()),
    /** Set when something was left out: what, and how much was kept. */
    cut: z.string().nullable(),
  }),
  /** There is nothing to compare: `message` says why. */
  z.object({ kind: z.literal('none'), message: z.string() }),
])
export type LaneDiff = z.infer<typeof LaneDiff>

/** Something that happened in a lane's own time, as its engine wrote it down. */
export const Turn = z.object({
  /** Null where the engine's log holds no instants. */
  at: Instant.nullable(),
  text: z.string(),
})
export type Turn = z.infer<typeof Turn>

/** `cut` says what was left out. */
export const LaneTurns = z.object({ turns: z.array(Turn), cut: z.string().nullable() })
export type LaneTurns = z.infer<typeof LaneTurns>

export const TimelineEntry = z.object({
  at: Instant.nullable(),
  /** Number of the journal's entry; null for what the lane's own log tells. */
  seq: z.number().int().nullable(),
  who: z.string(),
  text: z.string(),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

/** In the order of time; what has no instant comes last, as its log has it. */
export const LaneTimeline = z.object({
  entries: z.array(TimelineEntry),
  cut: z.string().nullable(),
  /** Why the lane's own log could not be read. */
  fault: z.string().nullable(),
})
export type LaneTimeline = z.infer<typeof LaneTimeline>
