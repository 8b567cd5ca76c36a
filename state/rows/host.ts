/** `dockmaster host --json`: one row, or none before the host was measured. */
import type * as z from 'zod'
import { HostFact } from '../facts.ts'
import type { Seen, World } from '../world.ts'
import { envelopeOf, iso, Moment, Provenance, provenance } from './envelope.ts'

export const HostRow = Provenance.extend({
  ...HostFact.shape,
  bootAt: Moment,
})
export type HostRow = z.infer<typeof HostRow>

export const HostEnvelope = envelopeOf('dockmaster.host/1', HostRow)

export const hostRow = (world: World, seen: Seen<'host'>): HostRow => ({
  ...provenance(world, seen),
  ...seen.value,
  bootAt: iso(seen.value.bootAt),
})
