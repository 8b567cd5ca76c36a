/** Acts on pull requests in the journal: each is an intent that an outcome closes. */
import * as z from 'zod'
import { PullAct, PullMergeAct } from '../../../state/act.ts'
import { type EntryAs, entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { Ending } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'

export const PullIntent = z.discriminatedUnion('act', [...PullAct.options, PullMergeAct])
export type PullIntent = z.infer<typeof PullIntent>

export const isPullIntent = (row: JournalRow): boolean => PullIntent.safeParse(row.data).success

export const pullSubject = ({ repo, number }: Pick<PullIntent, 'repo' | 'number'>): string =>
  `${repo}#${number}`

export const openPullIntents = (journal: Journal): EntryAs<PullIntent>[] =>
  entriesAs(journal.unsettled('intent'), PullIntent)

/** Nothing came of what `failed` or was `undone`. */
export type PullEnding = Ending<
  | 'approved'
  | 'rejected'
  | 'dismissed'
  | 'merged'
  | 'queued'
  | 'dequeued'
  | 'jumped'
  | 'failed'
  | 'undone'
>

/** Names a review of ours, so that it is found again when the answer was lost. */
export const markOf = ({ seq, at }: Pick<JournalRow, 'seq' | 'at'>): string => `review ${seq}-${at}`
