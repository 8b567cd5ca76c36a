/** What clients, hub and probe say to each other about what was left on the host. */
import * as z from 'zod'
import { Answerer } from '../../state/answerer.ts'
import { Instant } from '../../state/facts.ts'
import { FileMark } from '../../state/lock-file.ts'
import { Done } from './act-api.ts'

const Path = z.object({ path: z.string() })

const Refused = z.object({ kind: z.literal('refused'), message: z.string() })
const done = <T extends z.ZodRawShape>(more: T) =>
  z.discriminatedUnion('kind', [z.object({ kind: z.literal('done'), ...more }), Refused])

export const PROBE_LEFTOVER_METHODS = {
  /** Null when there is no regular file of that path. */
  'lock-file.look': {
    params: Path,
    result: z.object({
      file: FileMark.nullable(),
      isHeld: z.boolean().nullable(),
    }),
  },
  /** Removes that very file while nobody holds it; one that is gone already is done. */
  'lock-file.remove': { params: Path.extend({ file: FileMark }), result: done({}) },
  /** Makes an empty one again, of that age; never over one that is there. */
  'lock-file.make': { params: Path.extend({ madeAt: Instant }), result: done({ file: FileMark }) },
} as const

export const HUB_LEFTOVER_METHODS = {
  /** Removes a lock file, by its path, or a box, by its name, that is left over. */
  'leftover.remove': {
    params: z.object({
      kind: z.enum(['lock', 'box']),
      key: z.string(),
      /** Of the lock file that was shown: another one is refused. Null takes it as it is. */
      file: FileMark.nullable(),
      isDryRun: z.boolean(),
      by: Answerer,
    }),
    result: Done,
  },
} as const
