/** `dockmaster leftovers --json`: lock files beside their pull requests, and boxes that stayed. */
import * as z from 'zod'
import { BoxFact } from '../box-facts.ts'
import type { Instant } from '../facts.ts'
import { LockFact } from '../lock-file.ts'
import { staleLink } from '../stale.ts'
import type { World } from '../world.ts'
import { envelopeOf, iso, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

export const LeftoverRow = z.discriminatedUnion('kind', [
  /** Those that rightly are there too, with the reason. */
  Provenance.extend({ kind: z.literal('lock'), ...LockFact.shape, madeAt: Moment }),
  Provenance.extend({
    kind: z.literal('box'),
    ...BoxFact.pick({ name: true, lane: true, profile: true, state: true, exit: true }).shape,
    leftover: z.string(),
    startedAt: Moment.nullable(),
  }),
])
export type LeftoverRow = z.infer<typeof LeftoverRow>

export const LeftoversEnvelope = envelopeOf('dockmaster.leftovers/1', LeftoverRow)

/** Boxes first, then locks that are left over, then those that are not, each by name. */
export function leftoverRows(world: World): LeftoverRow[] {
  const boxes = [...world.box.values()].flatMap(seen => {
    const { name, lane, profile, state, exit, leftover, startedAt } = seen.value
    if (leftover === null) return []
    const value = { name, lane, profile, state, exit, leftover, startedAt: isoOrNull(startedAt) }
    return { ...provenance(world, seen), kind: 'box' as const, ...value }
  })
  const locks = [...world.lock.values()].map(seen => ({
    ...provenance(world, seen),
    kind: 'lock' as const,
    ...seen.value,
    madeAt: iso(seen.value.madeAt),
  }))
  const isKept = (row: (typeof locks)[number]) => (row.leftover === null ? 1 : 0)
  return [
    ...boxes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...locks.sort((a, b) => isKept(a) - isKept(b) || (a.path < b.path ? -1 : 1)),
  ]
}

export function leftoversEnvelope(
  world: World,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): z.infer<typeof LeftoversEnvelope> {
  const stale = staleLink(world)
  return {
    schema: 'dockmaster.leftovers/1',
    profile: about.profile,
    host: about.host,
    at: iso(about.now),
    stale: stale && { since: iso(stale.since), reason: stale.reason },
    rows: leftoverRows(world),
  }
}
