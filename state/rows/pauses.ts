/** `dockmaster pauses --json`: what is paused, oldest first. */
import type * as z from 'zod'
import type { Instant } from '../facts.ts'
import { PauseFact } from '../rule-facts.ts'
import { pausesOf } from '../select/pause.ts'
import type { World } from '../world.ts'
import { envelopeOf, iso, isoOrNull, Moment } from './envelope.ts'

export const PauseRow = PauseFact.extend({
  since: Moment,
  until: Moment.nullable(),
  review: Moment.nullable(),
})

export const PausesEnvelope = envelopeOf('dockmaster.pauses/1', PauseRow)

export const pausesEnvelope = (
  world: World,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): z.infer<typeof PausesEnvelope> => ({
  schema: 'dockmaster.pauses/1',
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  // They come from the journal on this side: the link does not age them.
  stale: null,
  rows: pausesOf(world).map(({ value }) => ({
    ...value,
    since: iso(value.since),
    until: isoOrNull(value.until),
    review: isoOrNull(value.review),
  })),
})
