/** What goes into the journal: bounded, well formed, without secrets. */
import { JournalEntry } from '../journal-entry.ts'
import { redact, redactJson } from '../redact.ts'
import { canonicalJson } from './canonical.ts'
import { EntryRefused } from './fault.ts'

/** Characters of one text, of an author or subject, and of an entry's data as JSON. */
const MAX_TEXT = 65_536
const MAX_NAME = 1_024
const MAX_DATA = 262_144
const MAX_DEPTH = 32

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some(item => isDeeper(item, depth - 1))
}

/** Text as it can be stored: redacted, lone surrogates replaced. */
const storable = (text: string): string => redact(text).toWellFormed()

/** The entry as it will be written. Throws EntryRefused when it is too large or not JSON. */
export function takeIn(entry: JournalEntry): JournalEntry {
  const { author, subject, text } = entry
  if (text.length > MAX_TEXT) throw new EntryRefused(`text is longer than ${MAX_TEXT} characters`)
  if (Math.max(author.length, subject.length) > MAX_NAME) {
    throw new EntryRefused(`author or subject is longer than ${MAX_NAME} characters`)
  }
  if (isDeeper(entry.data, MAX_DEPTH))
    throw new EntryRefused(`data is nested over ${MAX_DEPTH} deep`)
  const parsed = JournalEntry.safeParse(entry)
  if (!parsed.success) throw new EntryRefused(parsed.error.message)
  const data = canonicalJson(redactJson(parsed.data.data))
  if (data.length > MAX_DATA) {
    throw new EntryRefused(`data is longer than ${MAX_DATA} characters`)
  }
  return {
    at: entry.at,
    kind: entry.kind,
    author: storable(author),
    subject: storable(subject),
    text: storable(text),
    // As it will be read back: JSON has no -0.
    data: JSON.parse(data) as JournalEntry['data'],
  }
}
