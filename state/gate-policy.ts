/**
 * What a pull request must pass before it lands. The operator's config says it, and the repository
 * may say it in `.dockmaster.toml` on its default branch: a pull request never judges itself.
 */
import * as z from 'zod'
import { Engine } from './words.ts'

const Count = z.number().int().positive()

export const GatePolicy = z.strictObject({
  /** Names of checks that must be green; none: all that ran, and at least one. */
  checks: z.array(z.string().min(1)).default([]),
  /** Older green checks are not believed, in hours. */
  checksMaxAgeHours: z.number().positive().default(24),
  /** Globs of paths that may land without a person; `*` stays in a directory, `**` does not. */
  paths: z.array(z.string().min(1)).default([]),
  /** Logins of review bots: each must be clean where it spoke. */
  bots: z.array(z.string().min(1)).default([]),
  /** Whether somebody must have approved it: `other-engine` is no review by the author's own engine. */
  review: z.enum(['none', 'any', 'other-engine']).default('other-engine'),
  /** Which engine a login is; any other login is a person. */
  engines: z.record(z.string(), Engine).default({}),
  maxLines: Count.default(800),
  maxFiles: Count.default(40),
  /** A flag file that must be newer than the work it covers, where the repository has phases. */
  compactionFlag: z.string().min(1).nullable().default(null),
})
export type GatePolicy = z.infer<typeof GatePolicy>

/** What the default branch may say; nothing in it widens what the operator allows to land. */
export const RepositoryPolicy = z.strictObject({ gate: GatePolicy.partial().default({}) })
