/** What a running factory says of itself, in `run/factory.json`: written whole, when it is ready. */
import * as z from 'zod'

export const ReadyFile = z.object({
  pid: z.number().int(),
  /** Kernel start time of `pid`: together they name the process. */
  start: z.string(),
  startedAt: z.number(),
  dir: z.string(),
  seed: z.string(),
  speed: z.number(),
  lanes: z.number().int(),
  /** Log lines a second over all lanes; null when each lane has its own pace. */
  rate: z.number().nullable(),
  repositories: z.array(z.string()),
  ssh: z.object({ host: z.string(), port: z.number().int(), user: z.string(), config: z.string() }),
  github: z.object({ url: z.string(), tokenFile: z.string() }),
})
export type ReadyFile = z.infer<typeof ReadyFile>

export const CountersFile = z.object({
  connections: z.number().int(),
  connectionsNow: z.number().int(),
  channels: z.number().int(),
  channelsNow: z.number().int(),
})

/** Groups that the factory started, in `run/processes.json`: what is left if it dies itself. */
export const ProcessesFile = z.array(z.object({ pid: z.number().int(), start: z.string() }))
