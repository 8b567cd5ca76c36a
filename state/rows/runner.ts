/** `dockmaster runner --json`. */
import type * as z from 'zod'
import type { Instant } from '../facts.ts'
import { RunnerFact } from '../runner.ts'
import type { World } from '../world.ts'
import { envelopeOf, iso, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

export const RunnerRow = Provenance.extend({
  ...RunnerFact.shape,
  saidAt: Moment.nullable(),
})
export type RunnerRow = z.infer<typeof RunnerRow>

export const RunnerEnvelope = envelopeOf('dockmaster.runner/1', RunnerRow)

export const runnerEnvelope = (
  world: World,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): z.infer<typeof RunnerEnvelope> => ({
  schema: 'dockmaster.runner/1',
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  // Each row tells which of its three sources is not known.
  stale: null,
  rows: [...world.runner.values()].map(seen => ({
    ...provenance(world, seen),
    ...seen.value,
    saidAt: isoOrNull(seen.value.saidAt),
  })),
})
