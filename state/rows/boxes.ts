/** `dockmaster boxes --json`: boxes that we made, and the images that profiles name. */
import * as z from 'zod'
import { BoxFact, ImageFact } from '../box-facts.ts'
import type { Seen, World } from '../world.ts'
import { envelopeOf, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

const Need = ImageFact.shape.needs.element

export const BoxesRow = z.discriminatedUnion('kind', [
  Provenance.extend({
    kind: z.literal('box'),
    ...BoxFact.shape,
    startedAt: Moment.nullable(),
    endedAt: Moment.nullable(),
  }),
  Provenance.extend({
    kind: z.literal('image'),
    ...ImageFact.shape,
    builtAt: Moment.nullable(),
    needs: z.array(Need.extend({ expiresAt: Moment.nullable() })),
  }),
])
export type BoxesRow = z.infer<typeof BoxesRow>

export const BoxesEnvelope = envelopeOf('dockmaster.boxes/1', BoxesRow)

export const boxesRow = (world: World, seen: Seen<'box'>): BoxesRow => ({
  ...provenance(world, seen),
  kind: 'box',
  ...seen.value,
  startedAt: isoOrNull(seen.value.startedAt),
  endedAt: isoOrNull(seen.value.endedAt),
})

export const imagesRow = (world: World, seen: Seen<'image'>): BoxesRow => ({
  ...provenance(world, seen),
  kind: 'image',
  ...seen.value,
  builtAt: isoOrNull(seen.value.builtAt),
  needs: seen.value.needs.map(need => ({ ...need, expiresAt: isoOrNull(need.expiresAt) })),
})
