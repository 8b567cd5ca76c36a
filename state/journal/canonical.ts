/** Canonical JSON and the link of the hash chain: the same entry always gives the same bytes. */
import { createHash } from 'node:crypto'
import type { JournalRow } from '../journal-entry.ts'

/** What the first entry is chained to. */
export const GENESIS = '0'.repeat(64)

/** JSON with object names in code-unit order and no blanks. `value` must be JSON already. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`)
  return `{${members.join(',')}}`
}

/**
 * Hash of one entry in its place: sha256 over the hash before it, a newline, and the canonical
 * JSON of `{at, author, data, kind, seq, subject, text}`. In hex.
 */
export function chainHash(before: string, entry: Omit<JournalRow, 'hash'>): string {
  const { seq, at, kind, author, subject, text, data } = entry
  const content = canonicalJson({ seq, at, kind, author, subject, text, data })
  return createHash('sha256').update(`${before}\n${content}`).digest('hex')
}

/** Why `row` cannot stand after an entry numbered `seq` with hash `before`; null when it can. */
export function brokenLink(row: JournalRow, seq: number, before: string): string | null {
  if (row.seq !== seq + 1) return `entry ${seq + 1} is missing: ${row.seq} follows ${seq}`
  if (row.hash !== chainHash(before, row)) return `entry ${row.seq} is not what was written`
  return null
}
