/** One journal entry as one line for a person. */
import { clean } from '../../state/clean.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import { redact } from '../../state/redact.ts'

export function rowLine({ seq, at, kind, author, subject, text }: JournalRow): string {
  const about = subject === '' ? text : `${subject}: ${text}`
  return redact(clean(`#${seq} ${new Date(at).toISOString()} ${kind} ${author} ${about}`))
}
