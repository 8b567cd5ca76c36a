/** `dockmaster pkm --json`. */
import type * as z from 'zod'
import { TranscriptsFact } from '../facts.ts'
import type { Seen, World } from '../world.ts'
import { envelopeOf, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

export const PkmRow = Provenance.extend({
  ...TranscriptsFact.shape,
  newest: Moment.nullable(),
})
export type PkmRow = z.infer<typeof PkmRow>

export const PkmEnvelope = envelopeOf('dockmaster.pkm/1', PkmRow)

export const pkmRow = (world: World, seen: Seen<'transcripts'>): PkmRow => ({
  ...provenance(world, seen),
  ...seen.value,
  newest: isoOrNull(seen.value.newest),
})
