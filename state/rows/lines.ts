/** `dockmaster dock lines --json`: each line, with its trains. */
import * as z from 'zod'
import { LineFact } from '../dock.ts'
import type { Instant } from '../facts.ts'
import type { World } from '../world.ts'
import { envelopeOf, iso, Moment, Provenance, provenance } from './envelope.ts'

const { trains, frozen } = LineFact.shape

export const LineRow = Provenance.extend({
  ...LineFact.shape,
  trains: z.array(trains.element.extend({ since: Moment })),
  frozen: frozen.unwrap().extend({ at: Moment }).nullable(),
})

export const LinesEnvelope = envelopeOf('dockmaster.lines/1', LineRow)

export const linesEnvelope = (
  world: World,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): z.infer<typeof LinesEnvelope> => ({
  schema: 'dockmaster.lines/1',
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  // Each row tells whether its own dock is seen.
  stale: null,
  rows: [...world.line.values()].map(seen => ({
    ...provenance(world, seen),
    ...seen.value,
    trains: seen.value.trains.map(train => ({ ...train, since: iso(train.since) })),
    frozen: seen.value.frozen && { ...seen.value.frozen, at: iso(seen.value.frozen.at) },
  })),
})
