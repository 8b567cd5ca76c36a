/** What the hub asks the probe about tokens. A token itself is never sent, nor is any value sent back. */
import * as z from 'zod'

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const TokenFound = z.object({
  sha256: Sha256,
  pid: z.number().int(),
  /** Name of the variable that holds it. */
  variable: z.string(),
  cwd: z.string().nullable(),
  /** What may not have it: an agent, something that a lane started, or a container's process. */
  who: z.enum(['agent', 'lane', 'container']),
})
export type TokenFound = z.infer<typeof TokenFound>

export const PROBE_TOKEN_METHODS = {
  /** Looks for these in the environments of agents, lanes and containers that live now. */
  'tokens.find': {
    params: z.object({ sha256: z.array(Sha256).max(8) }),
    result: z.object({
      found: z.array(TokenFound),
      /** Processes whose environment was looked at. */
      looked: z.number().int(),
    }),
  },
} as const
