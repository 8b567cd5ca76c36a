/** What the hub and the probe say to each other over the probe's channel. */
import * as z from 'zod'
import { LanesConfig, ModelsConfig, PkmConfig, SpineConfig } from '../../state/config.ts'
import { type FactDraft, FactDraftSchema, Instant } from '../../state/facts.ts'
import { PROBE_TREE_METHODS } from './act-api.ts'
import { PROBE_BOX_METHODS } from './box-api.ts'
import { PROBE_CANON_METHODS } from './canon-api.ts'
import { PROBE_CHECK_METHODS } from './check-api.ts'
import { PROBE_DISPATCH_METHODS } from './dispatch-api.ts'
import { PROBE_GATE_METHODS } from './gate-api.ts'
import { HUB_METHODS } from './hub-api.ts'
import { PROBE_LANE_METHODS } from './lane-api.ts'
import { PROBE_LEFTOVER_METHODS } from './leftover-api.ts'
import { PROBE_LOOK_METHODS } from './look-api.ts'
import { PROBE_MIRROR_METHODS } from './mirror-api.ts'
import { PROBE_TOKEN_METHODS } from './token-api.ts'
import { PROBE_TOUCHED_METHODS } from './touched-api.ts'
import { PROBE_VALIDATE_METHODS } from './validate-api.ts'

/**
 * The parts of a profile that the probe needs. They were parsed by the hub, whose build sent this
 * very probe: only their presence is checked again.
 */
export const ProbeConfig = z.object({
  lanes: z.custom<LanesConfig>(value => LanesConfig.safeParse(value).success),
  models: z.custom<ModelsConfig>(value => ModelsConfig.safeParse(value).success),
  spine: z.custom<SpineConfig>(value => SpineConfig.safeParse(value).success),
  pkm: z.custom<PkmConfig>(value => PkmConfig.safeParse(value).success),
  /** Names of lock files. */
  locks: z.array(z.string()),
  /** File of items to dispatch; null when none is named. */
  items: z.string().nullable(),
})
export type ProbeConfig = z.infer<typeof ProbeConfig>

export const PROBE_METHODS = {
  /** Starts the collectors. Asked once, first. */
  configure: {
    params: ProbeConfig,
    result: z.object({
      version: z.string(),
      node: z.string(),
      now: Instant,
      /** Names of its collectors: each will say how it fares. */
      sources: z.array(z.string()),
    }),
  },
  ping: { params: z.object({}), result: z.object({ now: Instant }) },
  log: HUB_METHODS.log,
  ...PROBE_LANE_METHODS,
  ...PROBE_DISPATCH_METHODS,
  ...PROBE_LOOK_METHODS,
  ...PROBE_CHECK_METHODS,
  ...PROBE_TOUCHED_METHODS,
  ...PROBE_TREE_METHODS,
  ...PROBE_CANON_METHODS,
  ...PROBE_TOKEN_METHODS,
  ...PROBE_BOX_METHODS,
  ...PROBE_VALIDATE_METHODS,
  ...PROBE_LEFTOVER_METHODS,
  ...PROBE_MIRROR_METHODS,
  ...PROBE_GATE_METHODS,
} as const

export type ProbeMethod = keyof typeof PROBE_METHODS
export type ProbeParams<M extends ProbeMethod> = z.input<(typeof PROBE_METHODS)[M]['params']>
export type ProbeResult<M extends ProbeMethod> = z.output<(typeof PROBE_METHODS)[M]['result']>

/** What the probe says unasked: what one of its collectors saw. */
const FactsEvent = z.object({ source: z.string(), drafts: z.array(z.unknown()) })

/** Reads a `facts` event; drafts that cannot be read are counted, and the others stay. */
export function readFacts(event: unknown): {
  source: string
  drafts: FactDraft[]
  skipped: number
} | null {
  const parsed = FactsEvent.safeParse(event)
  if (!parsed.success) return null
  const drafts = parsed.data.drafts.flatMap(draft => FactDraftSchema.safeParse(draft).data ?? [])
  return { source: parsed.data.source, drafts, skipped: parsed.data.drafts.length - drafts.length }
}
