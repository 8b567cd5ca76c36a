/** Entries of the journal, read by what their data are. */
import type * as z from 'zod'
import type { JournalRow } from '../journal-entry.ts'

export interface EntryAs<T> {
  readonly row: JournalRow
  readonly data: T
}

/** Those whose data are of that shape, in their order, each with what was read. */
export const entriesAs = <T>(rows: readonly JournalRow[], shape: z.ZodType<T>): EntryAs<T>[] =>
  rows.flatMap(row => {
    const read = shape.safeParse(row.data)
    return read.success ? [{ row, data: read.data }] : []
  })
