/** `dockmaster journal --json`: entries with their instants as every other row has them. */
import type * as z from 'zod'
import type { Instant } from '../facts.ts'
import { JournalRow } from '../journal-entry.ts'
import { envelopeOf, iso, Moment } from './envelope.ts'

export const PublicEntry = JournalRow.extend({ at: Moment })
export type PublicEntry = z.infer<typeof PublicEntry>

export const JournalEnvelope = envelopeOf('dockmaster.journal/1', PublicEntry)
export type JournalEnvelope = z.infer<typeof JournalEnvelope>

export const publicEntry = (row: JournalRow): PublicEntry => ({ ...row, at: iso(row.at) })

/** What `journal --json` prints. The journal is here, not on the host: it is never old. */
export const journalEnvelope = (
  rows: readonly JournalRow[],
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): JournalEnvelope => ({
  schema: 'dockmaster.journal/1',
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  stale: null,
  rows: rows.map(publicEntry),
})
