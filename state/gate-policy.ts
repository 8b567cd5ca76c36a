/**
 * What a pull request must pass before it lands. The operator's config says it, and the repository
 * may say it in `.dockmaster.toml` on its default branch: a pull request never judges itself.
 */
import * as z from 'zod'
import { Engine } from './words.ts'

const Count = z.number().int().positive()

const GatePolicy = z.strictObject({
  /** Names of checks that must be green; none: all that ran, and at least one. */
  checks: z.array(z.string().min(1)),
  /** Older green checks are not believed, in hours. */
  checksMaxAgeHours: z.number().positive(),
  /** Globs of paths that may land without a person; `*` stays in a directory, `**` does not. */
  paths: z.array(z.string().min(1)),
  /** Logins of review bots: each must be clean where it spoke. */
  bots: z.array(z.string().min(1)),
  /** Whether somebody must have approved it: `other-engine` is no review by the author's own engine. */
  review: z.enum(['none', 'any', 'other-engine']),
  /** Which engine a login is; any other login is a person. */
  engines: z.record(z.string(), Engine),
  maxLines: Count,
  maxFiles: Count,
  /** A flag file that must be newer than the work it covers, where the repository has phases. */
  compactionFlag: z.string().min(1).nullable(),
})
export type GatePolicy = z.infer<typeof GatePolicy>

/** What holds where nobody says otherwise: nothing lands by itself. */
export const STRICT: GatePolicy = {
  checks: [],
  checksMaxAgeHours: 24,
  paths: [],
  bots: [],
  review: 'other-engine',
  engines: {},
  maxLines: 800,
  maxFiles: 40,
  compactionFlag: null,
}

/** What is said in one place; what is not said is left to the others. */
export const GateOverrides = GatePolicy.partial()
export type GateOverrides = z.infer<typeof GateOverrides>

/** The later ones go before the earlier ones, key by key. */
export const policyOf = (...said: readonly GateOverrides[]): GatePolicy =>
  GatePolicy.parse(Object.assign({}, STRICT, ...said))

/** `.dockmaster.toml` of a repository; nothing in it makes anything land that the operator forbids. */
export const RepositoryPolicy = z.strictObject({ gate: GateOverrides.default({}) })
