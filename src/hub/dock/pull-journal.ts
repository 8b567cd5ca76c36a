/** Acts on pull requests in the journal: each is an intent that an outcome closes. */
import * as z from 'zod'
import { PullAct, PullMergeAct } from '../../../state/act.ts'
import type { Instant } from '../../../state/facts.ts'
import { type EntryAs, entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalEntry, JournalRow } from '../../../state/journal-entry.ts'

export const PullIntent = z.discriminatedUnion('act', [...PullAct.options, PullMergeAct])
export type PullIntent = z.infer<typeof PullIntent>

export const isPullIntent = (row: JournalRow): boolean => PullIntent.safeParse(row.data).success

export const pullSubject = ({ repo, number }: Pick<PullIntent, 'repo' | 'number'>): string =>
  `${repo}#${number}`

export const openPullIntents = (journal: Journal): EntryAs<PullIntent>[] =>
  entriesAs(journal.unsettled('intent'), PullIntent)

export interface PullEnding {
  readonly outcome:
    | 'approved'
    | 'rejected'
    | 'dismissed'
    | 'merged'
    | 'queued'
    | 'dequeued'
    | 'jumped'
    /** Nothing came of it. */
    | 'failed'
    | 'undone'
  readonly text: string
  readonly data?: JournalEntry['data']
}

export const pullOutcome = (
  { seq, subject, author }: JournalRow,
  { outcome, text, data = {} }: PullEnding,
  at: Instant,
): JournalEntry => ({
  at,
  kind: 'outcome',
  author,
  subject,
  text,
  data: { ...data, intent: seq, outcome },
})

/** Names a review of ours, so that it is found again when the answer was lost. */
export const markOf = ({ seq, at }: Pick<JournalRow, 'seq' | 'at'>): string => `review ${seq}-${at}`
