/** `dockmaster journal --json`: entries with their instants as every other row has them. */

import type * as z from 'zod'
import { JournalRow } from '../journal-entry.ts'
import { envelopeOf, iso, Moment } from './envelope.ts'

export const PublicEntry = JournalRow.extend({ at: Moment })
export type PublicEntry = z.infer<typeof PublicEntry>

export const JournalEnvelope = envelopeOf('dockmaster.journal/1', PublicEntry)

export const publicEntry = (row: JournalRow): PublicEntry => ({ ...row, at: iso(row.at) })
