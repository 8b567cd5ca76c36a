/**
 * Pauses as the journal holds them. They are outcomes on the subject `pause`: `data.pause` begins
 * one, `data.unpaused` ends one.
 */
import * as z from 'zod'
import type { FactDraft } from '../facts.ts'
import type { JournalRow } from '../journal-entry.ts'
import { pauseKey } from '../pause.ts'
import { PauseFact, PauseTarget } from '../rule-facts.ts'
import type { Journal } from './journal.ts'
import { PAUSE_SUBJECT } from './subjects.ts'

/** Entries that are read at once. */
const PAGE = 1_000

export type PauseDraft = Extract<FactDraft, { kind: 'pause' }>

const Began = z.object({ pause: PauseFact })
const Ended = z.object({ unpaused: PauseTarget })

/** The draft that an entry gives rise to; null for all others. */
export function pauseDraft({ kind, subject, at, data }: JournalRow): PauseDraft | null {
  if (kind !== 'outcome' || subject !== PAUSE_SUBJECT) return null
  const began = Began.safeParse(data).data
  if (began) return { kind: 'pause', key: pauseKey(began.pause.target), at, value: began.pause }
  const ended = Ended.safeParse(data).data
  return ended ? { kind: 'pause', key: pauseKey(ended.unpaused), at, value: null } : null
}

/** What is paused by the journal. Cost follows how often something was paused. */
export function openPauses(journal: Pick<Journal, 'list'>): PauseDraft[] {
  const newest = new Map<string, PauseDraft>()
  let beforeSeq: number | undefined
  for (;;) {
    const before = beforeSeq === undefined ? {} : { beforeSeq }
    const rows = journal.list({
      kinds: ['outcome'],
      subject: PAUSE_SUBJECT,
      limit: PAGE,
      ...before,
    })
    for (const row of rows.toReversed()) {
      const draft = pauseDraft(row)
      if (draft && !newest.has(draft.key)) newest.set(draft.key, draft)
    }
    if (rows.length < PAGE) break
    beforeSeq = rows[0]?.seq
  }
  return [...newest.values()].filter(({ value }) => value !== null)
}
