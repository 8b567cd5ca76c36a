/** The outcome that closes an intent. */
import type { Instant } from '../facts.ts'
import type { JournalEntry, JournalRow } from '../journal-entry.ts'

/** How an act ended; `data` is what its outcome tells besides. */
export interface Ending<O extends string = string> {
  readonly outcome: O
  readonly text: string
  readonly data?: JournalEntry['data']
}

export const outcomeEntry = (
  { seq, subject, author }: Pick<JournalRow, 'seq' | 'subject' | 'author'>,
  { outcome, text, data }: Ending,
  at: Instant,
): JournalEntry => ({
  at,
  kind: 'outcome',
  author,
  subject,
  text,
  data: { ...data, intent: seq, outcome },
})
