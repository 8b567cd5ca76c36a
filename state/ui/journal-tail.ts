/** The end of the journal as the console holds it: bounded, following as it grows. Pure. */
import { clean } from '../clean.ts'
import type { JournalRow } from '../journal-entry.ts'
import { redact } from '../redact.ts'

/** Entries kept; older ones fall away. */
export const TAIL_ENTRIES = 1_000

/** An entry as a screen can show it: every text clean, one line, and cut. */
export interface TailEntry extends Omit<JournalRow, 'data'> {
  /** As JSON; empty when it has none. */
  readonly data: string
}

export interface JournalTail {
  /** In the order of seq; null before they were read. */
  readonly entries: readonly TailEntry[] | null
  /** Why they cannot be read; null when they can. */
  readonly fault: string | null
}

export const NO_TAIL: JournalTail = { entries: null, fault: null }

const shown = (text: string): string => redact(clean(text))

export const tailEntry = ({ author, subject, text, data, ...rest }: JournalRow): TailEntry => ({
  ...rest,
  author: shown(author),
  subject: shown(subject),
  text: shown(text),
  data: Object.keys(data).length === 0 ? '' : shown(JSON.stringify(data)),
})

/** The tail with what is newer than its end. What is known already may come once more. */
export function grown(tail: JournalTail, entries: readonly TailEntry[]): JournalTail {
  const before = tail.entries ?? []
  const end = before.at(-1)?.seq ?? 0
  const fresh = entries.filter(({ seq }) => seq > end)
  return { entries: [...before, ...fresh].slice(-TAIL_ENTRIES), fault: null }
}
