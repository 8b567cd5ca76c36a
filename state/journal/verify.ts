/** Proof that a journal is whole: its pages, its chain, and that its end is where it was. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { JournalRow } from '../journal-entry.ts'
import { brokenLink, GENESIS } from './canonical.ts'
import type { Entries } from './entries.ts'
import { asFault, JournalFault } from './fault.ts'
import { readWitness } from './witness.ts'

export interface Verdict {
  /** Entries that were found whole, from the first on. */
  entries: number
  /** Hash of the last of them. */
  head: string
  fault: JournalFault | null
}

/** Links that are checked when a journal is opened, and the file size up to which its pages are. */
const TAIL = 1_000
const SMALL = 32 * 1024 * 1024

/**
 * How closely the file's pages are looked at. The last also compares every index with its table
 * and takes about 2 s a million entries, all at once: not for a process that has other work.
 */
export type PageCheck = 'quick_check(1)' | 'quick_check(entry)' | 'integrity_check(1)'

function checkPages(db: Database, path: string, check: PageCheck): void {
  const found = db.pragma(check, { simple: true })
  if (found !== 'ok') throw new JournalFault('corrupt', path, String(found))
}

function checkWitness(entries: Entries, path: string): void {
  const witness = readWitness(path)
  if (witness === null || witness.seq === 0) return
  const { seq } = entries.head()
  if (witness.seq > seq) {
    throw new JournalFault('chain', path, `entries ${seq + 1} to ${witness.seq} are gone`)
  }
  if (entries.get(witness.seq)?.hash !== witness.hash) {
    throw new JournalFault('chain', path, `entry ${witness.seq} is not what was written`)
  }
}

/** Follows `rows` on from `head`. Throws JournalFault at the first link that does not hold. */
function follow(rows: JournalRow[], head: { seq: number; hash: string }, path: string): void {
  for (const row of rows) {
    const broken = brokenLink(row, head.seq, head.hash)
    if (broken !== null) throw new JournalFault('chain', path, broken)
    head.seq = row.seq
    head.hash = row.hash
  }
}

/**
 * What every opening checks, in bounded time: the witness, the last links, and the pages of a
 * small file. `verifyAll` checks the rest. Throws JournalFault.
 */
export function verifyTail(db: Database, entries: Entries, path: string): void {
  const size = db.prepare('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size')
  if (Number(size.pluck().get()) <= SMALL) checkPages(db, path, 'quick_check(1)')
  checkWitness(entries, path)
  const from = Math.max(0, entries.head().seq - TAIL)
  const before = from === 0 ? { seq: 0, hash: GENESIS } : entries.get(from)
  if (before === null) throw new JournalFault('chain', path, `entry ${from} is missing`)
  const head = { seq: before.seq, hash: before.hash }
  for (const rows of entries.batches(from)) follow(rows, head, path)
}

/**
 * Walks the whole chain in bounded memory, letting other work run in between. Damage is part of
 * the verdict, never thrown.
 */
export async function verifyAll(
  db: Database,
  entries: Entries,
  path: string,
  check: PageCheck,
): Promise<Verdict> {
  const head = { seq: 0, hash: GENESIS }
  const verdict = (fault: JournalFault | null): Verdict => ({
    entries: head.seq,
    head: head.hash,
    fault,
  })
  try {
    for (const rows of entries.batches(0)) {
      follow(rows, head, path)
      await breathe()
    }
    checkWitness(entries, path)
    checkPages(db, path, check)
    return verdict(null)
  } catch (error) {
    return verdict(asFault(error, path))
  }
}
