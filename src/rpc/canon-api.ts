/** What clients, hub and probe say to each other about the canon and its lock. */
import * as z from 'zod'
import { Answerer } from '../../state/answerer.ts'
import { CanonLock, SpecHash, SpecState } from '../../state/canon.ts'
import { Done } from './act-api.ts'

export const PROBE_CANON_METHODS = {
  'canon.hashes': {
    params: z.object({ paths: z.array(z.string()).max(1_000) }),
    result: z.object({ files: z.array(SpecHash) }),
  },
} as const

export const HUB_CANON_METHODS = {
  'canon.look': {
    params: z.object({}),
    result: z.object({ lock: CanonLock.nullable(), specs: z.array(SpecState) }),
  },
  /** Takes the specifications as they are now; a person at a terminal does so. */
  'canon.lock': {
    params: z.object({ reason: z.string().max(1_000), by: Answerer }),
    result: Done,
  },
} as const
