/** `dockmaster heals --json`. */
import type * as z from 'zod'
import { JobFact } from '../facts.ts'
import type { Seen, World } from '../world.ts'
import { envelopeOf, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

export const HealsRow = Provenance.extend({
  ...JobFact.shape,
  next: Moment.nullable(),
  previousDue: Moment.nullable(),
  last: Moment.nullable(),
})
export type HealsRow = z.infer<typeof HealsRow>

export const HealsEnvelope = envelopeOf('dockmaster.heals/1', HealsRow)

export const healsRow = (world: World, seen: Seen<'job'>): HealsRow => ({
  ...provenance(world, seen),
  ...seen.value,
  next: isoOrNull(seen.value.next),
  previousDue: isoOrNull(seen.value.previousDue),
  last: isoOrNull(seen.value.last),
})
