/** `dockmaster queue --json`. */
import type * as z from 'zod'
import { PrFact } from '../facts.ts'
import type { Seen, World } from '../reduce.ts'
import { envelopeOf, iso, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

export const QueueRow = Provenance.extend({
  ...PrFact.shape,
  createdAt: Moment,
  updatedAt: Moment,
  mergeStateSince: Moment.nullable(),
})
export type QueueRow = z.infer<typeof QueueRow>

export const QueueEnvelope = envelopeOf('dockmaster.queue/1', QueueRow)

export const queueRow = (world: World, seen: Seen<'pr'>): QueueRow => ({
  ...provenance(world, seen),
  ...seen.value,
  createdAt: iso(seen.value.createdAt),
  updatedAt: iso(seen.value.updatedAt),
  mergeStateSince: isoOrNull(seen.value.mergeStateSince),
})
