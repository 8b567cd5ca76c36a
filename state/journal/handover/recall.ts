/** What a handover needs from the journal, read at a cost that does not grow with the journal. */
import type { JournalRow } from '../../journal-entry.ts'
import type { Journal } from '../journal.ts'

/** Entries of "what changed" at most, and how many pages of entries are looked through for them. */
const MOST_CHANGES = 100
const PAGE = 200
const MOST_PAGES = 50

export interface Recollection {
  /** Decisions without an answer, acts without an outcome: oldest first. */
  decisions: JournalRow[]
  intents: JournalRow[]
  /** The newest notes on the subjects `goal` and `next`: they stand before the config's. */
  goal: JournalRow | null
  next: JournalRow | null
  /** What is told as changed: the newest entries after the cursor given, in order. */
  changes: JournalRow[]
  /** True when there are older ones after that cursor, which were not read. */
  moreChanges: boolean
  /** Seq of the newest entry that is told: the `since` of the next handover. */
  cursor: number
}

/**
 * Entries about the console itself (its starts and stops, its link, its collectors) are left out:
 * ending it and starting it again must not change the text.
 */
const isTold = ({ kind, data: { fact } }: JournalRow): boolean =>
  kind !== 'session' &&
  !(kind === 'seen' && typeof fact === 'string' && /^(?:link|source) /.test(fact))

export function recall(
  journal: Pick<Journal, 'list' | 'unsettled'>,
  since: number | null,
): Recollection {
  const newestNote = (subject: string): JournalRow | null =>
    journal.list({ kinds: ['note'], subject, limit: 1 })[0] ?? null
  const floor = since ?? 0
  const changes: JournalRow[] = []
  let beforeSeq: number | undefined
  let moreChanges = true
  for (let page = 0; page < MOST_PAGES && moreChanges && changes.length < MOST_CHANGES; page++) {
    const before = beforeSeq === undefined ? {} : { beforeSeq }
    const rows = journal.list({ ...before, limit: PAGE }).filter(row => row.seq > floor)
    changes.unshift(...rows.filter(isTold))
    moreChanges = rows.length === PAGE
    beforeSeq = rows[0]?.seq
  }
  return {
    decisions: journal.unsettled('decision'),
    intents: journal.unsettled('intent'),
    goal: newestNote('goal'),
    next: newestNote('next'),
    changes: changes.slice(-MOST_CHANGES),
    moreChanges: moreChanges || changes.length > MOST_CHANGES,
    cursor: changes.at(-1)?.seq ?? floor,
  }
}
