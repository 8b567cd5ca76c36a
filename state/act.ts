/**
 * Acts as data: what an outcome's `undo` names, and what a decision allows. Only the hub writes
 * them into the journal; each names what it is about by identity, so that it means nothing else
 * later.
 */
import * as z from 'zod'
import { Instant } from './facts.ts'
import { FileMark } from './lock-file.ts'
import { PauseTarget } from './rule-facts.ts'

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

/** A pull request at the head that was seen: a head that has moved since is another one. */
const Pull = { repo: z.string(), number: z.number().int().positive(), head: z.string() }

export const PullMergeAct = z.object({ act: z.literal('pull.merge'), ...Pull })
export type PullMergeAct = z.infer<typeof PullMergeAct>

/** Its id, as REST has it. */
const review = z.number().int()

/** Acts on pull requests that can be taken back. */
export const PullAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('pull.approve'), ...Pull }),
  z.object({ act: z.literal('pull.reject'), ...Pull, reason: z.string() }),
  z.object({ act: z.literal('pull.dismiss'), ...Pull, review, was: z.enum(['approve', 'reject']) }),
  z.object({ act: z.literal('pull.dequeue'), ...Pull }),
  z.object({ act: z.literal('pull.jump'), ...Pull }),
])
export type PullAct = z.infer<typeof PullAct>

/** Which backend lands what a repository's line holds, whatever the config says. */
export const SwitchAct = z.object({
  act: z.literal('dock.switch'),
  repo: z.string(),
  to: z.enum(['look', 'train', 'native']),
})
export type SwitchAct = z.infer<typeof SwitchAct>

/** That very file: one that was written or made anew since is another. */
export const LockRemoveAct = z.object({
  act: z.literal('lock.remove'),
  path: z.string(),
  file: FileMark,
})
export type LockRemoveAct = z.infer<typeof LockRemoveAct>

/** An empty file again, of the age that it had. */
export const LockRestoreAct = z.object({
  act: z.literal('lock.restore'),
  path: z.string(),
  madeAt: Instant,
})
export type LockRestoreAct = z.infer<typeof LockRestoreAct>

/** A container that is left over: by the engine's own id, since a name may be given again. */
export const BoxRemoveAct = z.object({
  act: z.literal('box.remove'),
  name: z.string(),
  id: z.string(),
})
export type BoxRemoveAct = z.infer<typeof BoxRemoveAct>

/** What is left over goes. */
export const RemoveAct = z.discriminatedUnion('act', [LockRemoveAct, BoxRemoveAct])
export type RemoveAct = z.infer<typeof RemoveAct>

/** Which place a pull request takes among those that may board: higher boards first. */
export const PriorityAct = z.object({
  act: z.literal('dock.priority'),
  repo: z.string(),
  number: z.number().int().positive(),
  priority: z.number().int().min(-100).max(100),
})
export type PriorityAct = z.infer<typeof PriorityAct>

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
  ...PullAct.options,
  PullMergeAct,
  SwitchAct,
  LockRemoveAct,
  LockRestoreAct,
  PriorityAct,
])
export type Act = z.infer<typeof Act>
export type ActName = Act['act'] | 'lane.launch' | BoxRemoveAct['act']

/** What an outcome says would undo it; null when nothing would. */
export const undoOf = (data: Readonly<Record<string, unknown>>): Act | null =>
  Act.safeParse(data['undo']).data ?? null
