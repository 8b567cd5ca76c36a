/**
 * Acts as data: what an outcome's `undo` names, and what a decision allows. Only the hub writes
 * them into the journal; each names what it is about by identity, so that it means nothing else
 * later.
 */
import * as z from 'zod'
import { Instant, PauseTarget } from './facts.ts'

const lane = z.string()

/** A lane's worktree and branch, as they stood at a commit. */
export const Tree = z.object({
  repo: z.string(),
  path: z.string(),
  branch: z.string(),
  head: z.string(),
})
export type Tree = z.infer<typeof Tree>

/** `digest` is of all that is in the worktree and in no commit. */
export const DiscardAct = z.object({
  act: z.literal('lane.discard'),
  lane,
  ...Tree.shape,
  digest: z.string(),
})
export type DiscardAct = z.infer<typeof DiscardAct>

export const RestoreAct = z.object({ act: z.literal('lane.restore'), lane, ...Tree.shape })
export type RestoreAct = z.infer<typeof RestoreAct>

export const Act = z.discriminatedUnion('act', [
  z.object({
    act: z.literal('lane.stop'),
    lane,
    pid: z.number().int().min(2),
    pidStart: z.string(),
  }),
  z.object({ act: z.literal('lane.resume'), lane }),
  DiscardAct,
  RestoreAct,
  z.object({
    act: z.literal('pause'),
    target: PauseTarget,
    reason: z.string(),
    until: Instant.nullable(),
    review: Instant.nullable(),
  }),
  z.object({ act: z.literal('unpause'), target: PauseTarget }),
])
export type Act = z.infer<typeof Act>
export type ActName = Act['act'] | 'lane.launch'

/** What an outcome says would undo it; null when nothing would. */
export const undoOf = (data: Readonly<Record<string, unknown>>): Act | null =>
  Act.safeParse(data['undo']).data ?? null
