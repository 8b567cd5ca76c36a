/** What clients, hub and probe say to each other about undo, pauses, access and lanes' worktrees. */
import * as z from 'zod'
import { Tree } from '../../state/act.ts'
import { Answerer } from '../../state/answerer.ts'
import { Instant } from '../../state/facts.ts'
import { JournalRow } from '../../state/journal-entry.ts'
import { PauseTarget } from '../../state/rule-facts.ts'

/** A lane's worktree and branch as they stand. */
export const TreeSeen = z.object({
  /** Something is at its path. */
  exists: z.boolean(),
  /** Commit of its branch; null when there is none. */
  head: z.string().nullable(),
  /** Commits that no other branch, tag or remote has, the newest first; bounded. */
  unmerged: z.array(z.string()),
  /** Files that differ from the commit, or are in none; bounded. */
  changed: z.array(z.string()),
  /** Over those files: another digest, other contents. */
  digest: z.string(),
  /** Why it cannot be told what is in it; null when it can. */
  fault: z.string().nullable(),
})
export type TreeSeen = z.infer<typeof TreeSeen>

const TreeDone = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
])

export const PROBE_TREE_METHODS = {
  'tree.look': { params: Tree.omit({ head: true }), result: TreeSeen },
  /** Removes both while they are as they were seen; what is gone already is done. */
  'tree.remove': { params: Tree.extend({ digest: z.string() }), result: TreeDone },
  /** Makes both again, at that commit. */
  'tree.make': { params: Tree, result: TreeDone },
} as const

/** How an act of these came out. */
export const Done = z.discriminatedUnion('kind', [
  /** `seq` is the outcome's entry in the journal. */
  z.object({ kind: z.literal('done'), text: z.string(), seq: z.number() }),
  /** Nothing was done: this would be. */
  z.object({ kind: z.literal('plan'), text: z.string() }),
  /** Nothing was done: a person is asked, as that decision. */
  z.object({ kind: z.literal('asks'), decision: z.number(), text: z.string() }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  /** The link fell on the way: the hub looks again once it can. */
  z.object({ kind: z.literal('unknown'), message: z.string() }),
  z.object({ kind: z.literal('unreachable'), message: z.string() }),
])
export type Done = z.infer<typeof Done>

const Reason = z.string().trim().min(1).max(1_000)

export const HUB_ACT_METHODS = {
  /** Takes back what an outcome says can be: of that entry, of a lane, or the last. */
  undo: {
    params: z.object({
      of: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('entry'), seq: z.number().int().positive() }),
        z.object({ kind: z.literal('subject'), subject: z.string() }),
        z.object({ kind: z.literal('last') }),
      ]),
      reason: z.string().max(1_000),
      by: Answerer,
    }),
    result: Done,
  },
  pause: {
    params: z.object({
      target: PauseTarget,
      reason: Reason,
      until: Instant.nullable(),
      review: Instant.nullable(),
      by: Answerer,
    }),
    result: Done,
  },
  unpause: {
    params: z.object({ target: PauseTarget, reason: z.string().max(1_000), by: Answerer }),
    result: Done,
  },
  /** Removes the worktree and the branch of a lane that has ended. */
  'lane.discard': {
    params: z.object({ lane: z.string(), isDryRun: z.boolean(), by: Answerer }),
    result: Done,
  },
  /** Lets whoever only looked act, or takes that back; for everybody where the profile says so. */
  access: {
    params: z.object({
      to: z.enum(['read-only', 'read-write']),
      reason: z.string().max(1_000),
      by: Answerer,
    }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('set'), row: JournalRow }),
      z.object({ kind: z.literal('refused'), message: z.string(), mend: z.string() }),
    ]),
  },
} as const

export const refused = (message: string): Done => ({ kind: 'refused', message })
