/** What clients, hub and probe say to each other about running a repository's CI in boxes. */
import * as z from 'zod'

export const PROBE_VALIDATE_METHODS = {
  /** Checks the head of a worktree out beside it, anew, and reads its workflow files. */
  'validate.checkout': {
    params: z.object({ cwd: z.string() }),
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('there'),
        path: z.string(),
        commit: z.string(),
        files: z.array(z.object({ path: z.string(), text: z.string() })),
      }),
      z.object({ kind: z.literal('failed'), message: z.string() }),
    ]),
  },
  'validate.drop': {
    params: z.object({ cwd: z.string() }),
    result: z.object({ fault: z.string().nullable() }),
  },
} as const

export const StepRun = z.object({
  file: z.string(),
  job: z.string(),
  name: z.string(),
  state: z.enum(['passed', 'failed', 'not-run']),
  exit: z.number().int().nullable(),
  /** The end of what it printed; for one that did not run, why. */
  said: z.string(),
})
export type StepRun = z.infer<typeof StepRun>

export const LaneValidated = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('validated'),
    name: z.string(),
    commit: z.string(),
    steps: z.array(StepRun),
    /** Its outcome's entry in the journal. */
    seq: z.number().int(),
  }),
  z.object({ kind: z.literal('refused'), problems: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('unreachable'), message: z.string() }),
])
export type LaneValidated = z.infer<typeof LaneValidated>

export const HUB_VALIDATE_METHODS = {
  /** Runs every command of the workflow files, each in a box of its own, at the lane's head. */
  'lane.validate': {
    params: z.object({ lane: z.string(), box: z.string().nullable(), label: z.string() }),
    result: LaneValidated,
  },
} as const
