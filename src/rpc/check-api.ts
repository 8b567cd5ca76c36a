/** What clients, hub and probe say to each other about running the checks of a lane's brief. */
import * as z from 'zod'

export const PROBE_CHECK_METHODS = {
  /**
   * Runs one command of a brief in the lane's worktree. It is refused unless a brief with one of
   * these hashes, as it lies on the host now, has that very command under CHECK.
   */
  'lane.check': {
    params: z.object({
      log: z.string(),
      briefs: z.array(z.string()).min(1),
      command: z.string(),
      limitMs: z.number().int().positive(),
    }),
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('ran'),
        /** Null when it did not come to its own end. */
        code: z.number().int().nullable(),
        /** How it ended, in words. */
        ended: z.string(),
        /** The end of what it printed. */
        output: z.string(),
      }),
      z.object({ kind: z.literal('refused'), message: z.string() }),
    ]),
  },
} as const

/** What one check came to. `unknown`: the link fell on the way, or it did not come to its end. */
export const CheckedClaim = z.object({
  command: z.string(),
  state: z.enum(['verified', 'refuted', 'unknown']),
  output: z.string(),
  /** Its outcome's entry in the journal. */
  seq: z.number().int(),
})
export type CheckedClaim = z.infer<typeof CheckedClaim>

export const LaneChecked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('checked'), name: z.string(), checks: z.array(CheckedClaim).min(1) }),
  z.object({ kind: z.literal('refused'), problems: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('unreachable'), message: z.string() }),
])
export type LaneChecked = z.infer<typeof LaneChecked>

export const HUB_CHECK_METHODS = {
  /** Runs every check of the lane's brief, one after the other. */
  'lane.check': {
    params: z.object({ lane: z.string(), label: z.string() }),
    result: LaneChecked,
  },
} as const
