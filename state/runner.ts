/** A self-hosted runner: what its process, GitHub's API and its own log say, and whether they agree. */
import * as z from 'zod'
import { Instant } from './instant.ts'

/** The last thing that a runner's own log says of its work. */
export const RunnerDiag = z.object({
  kind: z.enum(['listening', 'running', 'completed']),
  job: z.string().nullable(),
  /** In the runner's words: `Succeeded`, `Failed`, `Canceled`. */
  result: z.string().nullable(),
  at: Instant,
})
export type RunnerDiag = z.infer<typeof RunnerDiag>

/** One runner as its host shows it. Its key is its directory. */
export const RunnerHostFact = z.object({
  dir: z.string(),
  /** As it was registered; null when its own settings cannot be read. */
  name: z.string().nullable(),
  /** `owner/name`, or an owner; null likewise. */
  scope: z.string().nullable(),
  /** Pid of its Runner.Listener: 0 when there is none; null where processes cannot be seen. */
  pid: z.number().int().nullable(),
  /** Null when the log says nothing of work, or cannot be read. */
  diag: RunnerDiag.nullable(),
})
export type RunnerHostFact = z.infer<typeof RunnerHostFact>

/** Its key is `owner/name runner`. */
export const RunnerFact = z.object({
  repo: z.string(),
  name: z.string(),
  process: z.enum(['alive', 'gone', 'unknown']),
  pid: z.number().int().nullable(),
  api: z.enum(['idle', 'busy', 'offline', 'missing', 'unknown']),
  diag: z.enum(['listening', 'running', 'completed', 'unknown']),
  /** The job in hand, by its log. */
  job: z.string().nullable(),
  /** When the log said so. */
  saidAt: Instant.nullable(),
  /** Whether all three agree; null while one of them is not known, or has just changed. */
  agree: z.boolean().nullable(),
  /** Which of the three says what; null when they agree. */
  disagreement: z.string().nullable(),
  /** Runs of the repository that wait for a runner; null when not known. */
  depth: z.number().int().nullable(),
  /** How long its runs took of late. */
  runMs: z.number().nullable(),
  /** Until what waits has run, by its online runners. */
  drainMs: z.number().nullable(),
})
export type RunnerFact = z.infer<typeof RunnerFact>
