/**
 * What `--json` prints, for every pane: an envelope round its rows. Instants are ISO 8601 in UTC.
 * A row's `stale` says that its values are the last known ones; `null` is unknown, never zero.
 */
import * as z from 'zod'
import type { Instant as At } from '../facts.ts'
import type { FactPane } from '../panes.ts'
import { staleOf, stalePane } from '../stale.ts'
import type { AnySeen, World } from '../world.ts'

/** An ISO 8601 instant in UTC. */
export const Moment = z.iso.datetime()

export const iso = (at: At): string => new Date(at).toISOString()
export const isoOrNull = (at: At | null): string | null => (at === null ? null : iso(at))

/** What every row carries beside its own values. */
export const Provenance = z.object({
  /** Names the row: the same thing keeps the same key. */
  key: z.string(),
  /** When and by which collector it was seen. */
  seenAt: Moment,
  source: z.string(),
  /** Its source or the link to the host is not ok: these are the last known values. */
  stale: z.boolean(),
})

export const provenance = (world: World, seen: AnySeen): z.infer<typeof Provenance> => ({
  key: seen.key,
  seenAt: iso(seen.at),
  source: seen.source,
  stale: staleOf(world, seen) !== null,
})

export const Staleness = z.object({ since: Moment, reason: z.string() }).nullable()

export function staleness(world: World, pane: FactPane): z.infer<typeof Staleness> {
  const stale = stalePane(world, pane)
  return stale ? { since: iso(stale.since), reason: stale.reason } : null
}

/** The envelope of rows of this shape. `schema` is raised when an older reader would misread. */
export const envelopeOf = <S extends string, R extends z.ZodType>(schema: S, row: R) =>
  z.object({
    schema: z.literal(schema),
    profile: z.string(),
    host: z.string(),
    at: Moment,
    /** Since when and why the pane as a whole is not current; null when it is. */
    stale: Staleness,
    rows: z.array(row),
  })
