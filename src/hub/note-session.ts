/** Tells the journal that a hub comes or goes. */
import { JournalFault } from '../../state/journal/fault.ts'
import type { Journal } from '../../state/journal/journal.ts'

/** A journal that refuses says so as a source of its own; the hub comes and goes all the same. */
export function noteSession(journal: Journal, text: string, subject: string): void {
  const kind = 'session'
  try {
    journal.append({
      at: Date.now(),
      kind,
      author: 'hub',
      subject,
      text,
      data: { pid: process.pid },
    })
  } catch (error) {
    if (!(error instanceof JournalFault)) throw error
  }
}
