/** What the hub asks the probe about mirrors that lie on the host: it only runs git there. */
import * as z from 'zod'

export const PROBE_MIRROR_METHODS = {
  /** Makes a bare repository when it is missing, for its owner alone. */
  'mirror.make': {
    params: z.object({ name: z.string().regex(/^[\w.+-]+\.git$/) }),
    result: z.object({ dir: z.string() }),
  },
  /** Runs git by its arguments, never through a shell. No secret comes this way. */
  'mirror.git': {
    params: z.object({
      args: z.array(z.string()).min(1),
      env: z.record(z.string(), z.string()),
      input: z.string().nullable(),
      timeoutMs: z.number().int().positive(),
      maxBytes: z.number().int().positive(),
    }),
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('exited'),
        code: z.number().int(),
        stdout: z.string(),
        stderr: z.string(),
      }),
      z.object({ kind: z.literal('missing') }),
      z.object({ kind: z.literal('broken'), message: z.string() }),
    ]),
  },
} as const
