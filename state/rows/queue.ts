/** `dockmaster queue --json`. */
import * as z from 'zod'
import { DockFact, QueueEntry } from '../dock.ts'
import { PrFact } from '../facts.ts'
import type { Seen, World } from '../world.ts'
import { envelopeOf, iso, isoOrNull, Moment, Provenance, provenance } from './envelope.ts'

const Entry = QueueEntry.extend({ enqueuedAt: Moment })

/** What the dock says of it. `head` is what it looked at: another one than `headSha` is old. */
const Docked = DockFact.extend({
  stale: z.boolean(),
  seenAt: Moment,
  placedAt: Moment.nullable(),
  dirtySince: Moment.nullable(),
  entry: Entry.nullable(),
})

export const QueueRow = Provenance.extend({
  ...PrFact.shape,
  createdAt: Moment,
  updatedAt: Moment,
  mergeStateSince: Moment.nullable(),
  /** Null where no dock looks at it. */
  dock: Docked.nullable(),
})
export type QueueRow = z.infer<typeof QueueRow>

export const QueueEnvelope = envelopeOf('dockmaster.queue/1', QueueRow)

export const queueRow = (world: World, seen: Seen<'pr'>): QueueRow => ({
  ...provenance(world, seen),
  ...seen.value,
  createdAt: iso(seen.value.createdAt),
  updatedAt: iso(seen.value.updatedAt),
  mergeStateSince: isoOrNull(seen.value.mergeStateSince),
  dock: dockedRow(world, seen.key),
})

function dockedRow(world: World, key: string): QueueRow['dock'] {
  const seen = world.dock.get(key)
  if (seen === undefined) return null
  const { stale, seenAt } = provenance(world, seen)
  const { entry, placedAt, dirtySince } = seen.value
  return {
    ...seen.value,
    stale,
    seenAt,
    placedAt: isoOrNull(placedAt),
    dirtySince: isoOrNull(dirtySince),
    entry: entry ? { ...entry, enqueuedAt: iso(entry.enqueuedAt) } : null,
  }
}
