/** Journals on disk, and the fault of one that refuses. */
import { join } from 'node:path'
import { JournalFault } from '../../../state/journal/fault.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import type { JournalEntry } from '../../../state/journal-entry.ts'
import { scratch } from '../../setup/scratch.ts'

export const entry = (text: string): JournalEntry => ({
  at: 1,
  kind: 'note',
  author: 'ann',
  subject: 'lane',
  text,
  data: {},
})

/** A closed journal of `count` entries; what the file holds is all there is. */
export function written(count = 300): string {
  const path = join(scratch(), 'journal.db')
  const journal = openJournal(path)
  journal.appendAll(
    Array.from({ length: count }, (_, index) => entry(`entry ${index} ${'x'.repeat(200)}`)),
  )
  journal.close()
  return path
}

/** The fault of opening, which every refusal to act comes from. */
export function faultOf(open: () => unknown): JournalFault {
  try {
    open()
  } catch (error) {
    if (error instanceof JournalFault) return error
    throw error
  }
  throw new Error('it opened')
}
