/** `dockmaster risks --json`: broken rules, lanes that bypass what should hold them, shares of tokens. */
import * as z from 'zod'
import { type Instant, Risk } from '../facts.ts'
import { midnight } from '../format.ts'
import { hostNow } from '../panes.ts'
import { BreachFact, TokenFact } from '../rule-facts.ts'
import { tokenShares } from '../share.ts'
import { Engine } from '../words.ts'
import type { World } from '../world.ts'
import { envelopeOf, iso, Provenance, provenance, staleness } from './envelope.ts'

export const RiskRow = z.discriminatedUnion('kind', [
  Provenance.extend({ kind: z.literal('breach'), ...BreachFact.shape }),
  Provenance.extend({
    kind: z.literal('bypass'),
    name: z.string(),
    engine: Engine,
    pid: z.number().int().nullable(),
    cwd: z.string().nullable(),
    ...Risk.shape,
  }),
  z.object({ kind: z.literal('token'), ...TokenFact.shape }),
  z.object({
    kind: z.literal('share'),
    engine: Engine,
    /** Of the lanes that were active since midnight, over their whole threads. */
    tokens: z.number().int(),
    /** Part of all tokens, from 0 to 1. */
    part: z.number(),
  }),
])
export type RiskRow = z.infer<typeof RiskRow>

export const RisksEnvelope = envelopeOf('dockmaster.risks/1', RiskRow)

/** Model breaches first, then work of others in lanes, missed shares, lanes that bypass, then how the tokens are shared. */
export function riskRows(world: World, now: Instant): RiskRow[] {
  const lanes = [...world.lane.values()]
  const breaches = [...world.breach.values()].map(seen => ({
    ...provenance(world, seen),
    kind: 'breach' as const,
    ...seen.value,
  }))
  const bypasses = lanes.flatMap(seen => {
    const { name, engine, pid, cwd, risk } = seen.value
    if (risk === null) return []
    return { ...provenance(world, seen), kind: 'bypass' as const, name, engine, pid, cwd, ...risk }
  })
  const values = lanes.map(({ value }) => value)
  const shares = tokenShares(values, midnight(hostNow(world, now)))
  return [
    ...breaches.sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1)),
    ...bypasses.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...[...world.token.values()].map(({ value }) => ({ kind: 'token' as const, ...value })),
    ...shares.map(share => ({ kind: 'share' as const, ...share })),
  ]
}

const RANKS = { token: 0, model: 0, lead: 1, share: 2 } as const
const rank = ({ about }: BreachFact): number => RANKS[about]

export const risksEnvelope = (
  world: World,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): z.infer<typeof RisksEnvelope> => ({
  schema: 'dockmaster.risks/1',
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  stale: staleness(world, 'lanes'),
  rows: riskRows(world, about.now),
})
