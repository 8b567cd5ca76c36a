/** What the hub asks the probe about the work of lanes that live. */
import * as z from 'zod'

export const PROBE_TOUCHED_METHODS = {
  /** What lanes work on now. Those whose directory is no repository are left out. */
  'lane.touched': {
    params: z.object({
      lanes: z
        .array(z.object({ name: z.string(), cwd: z.string(), log: z.string().nullable() }))
        .max(100),
    }),
    result: z.array(
      z.object({
        lane: z.string(),
        /** As `git remote get-url origin` says it; null when it has none. */
        remote: z.string().nullable(),
        /** Branch of its worktree; null when it is on none. */
        branch: z.string().nullable(),
        /** Files that differ from where it branched off, committed or not. */
        changed: z.array(z.string()),
        /** Files that its briefs name. */
        named: z.array(z.string()),
      }),
    ),
  },
} as const
