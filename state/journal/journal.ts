/**
 * The journal: what was intended, done, decided and seen, in a chain that only grows. The hub is
 * its one writer. Each entry is written, synced, read back over another connection and compared
 * before the caller goes on; whatever fails there is a JournalFault, and nothing more is written.
 */
import { type JournalEntry, JournalFilter, type JournalRow } from '../journal-entry.ts'
import { backUp } from './archive.ts'
import { canonicalJson, chainHash } from './canonical.ts'
import { type Entries, entriesOf } from './entries.ts'
import { asFault, EntryRefused, JournalFault } from './fault.ts'
import { openForReading, openForWriting } from './files.ts'
import { takeIn } from './intake.ts'
import { verifyAll, verifyTail } from './verify.ts'
import { openWitness } from './witness.ts'

export interface Journal extends Pick<Entries, 'list' | 'unsettled'> {
  /** Number of the last entry (0: none), and why nothing more is written, null while all is well. */
  status(): { path: string; seq: number; message: string | null }
  /** Writes one entry. Throws JournalFault, or EntryRefused when the entry itself will not do. */
  append(entry: JournalEntry): JournalRow
  /** Writes several at the cost of one sync: all or none. Throws as `append`. */
  appendAll(entries: readonly JournalEntry[]): JournalRow[]
  /** Calls back with each later entry that passes `filter`; returns what ends it. */
  follow(filter: JournalFilter, tell: (row: JournalRow) => void): () => void
  /** Checks every link and page; a fault that it finds also stops the writing. */
  verify(): Promise<{ entries: number; head: string; fault: string | null }>
  /** Copies the journal to a new file and verifies the copy; its size in bytes. Throws BackupFailed. */
  backup(to: string): Promise<{ bytes: number }>
  close(): void
}

export interface JournalOptions {
  /** Ceiling of the file in pages of 4 KiB: a journal that reached it refuses, as on a full disk. */
  maxPages?: number
}

/** What one list can hold too, so that followers are told of all. */
const MOST_AT_ONCE = 10_000

/** Opens the journal at `path`, made if there is none, checked if there is. Throws JournalFault. */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  try {
    return open(path, options)
  } catch (error) {
    throw asFault(error, path)
  }
}

/** Connections and witness, once the journal has passed the checks of every opening. */
function openChecked(path: string) {
  const opened: { close(): void }[] = []
  try {
    const db = openForWriting(path)
    opened.push(db)
    const reading = openForReading(path)
    opened.push(reading)
    const entries = entriesOf(reading, path)
    verifyTail(reading, entries, path)
    return { db, reading, entries, witness: openWitness(path) }
  } catch (error) {
    for (const connection of opened) connection.close()
    throw error
  }
}

function open(path: string, { maxPages }: JournalOptions): Journal {
  const { db, reading, entries, witness } = openChecked(path)
  if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
  const followers = new Set<(rows: JournalRow[]) => void>()
  let head = entries.head()
  let fault: JournalFault | null = null
  witness.note(head)

  const insert = db.prepare(
    `INSERT INTO entry (seq, at, kind, author, subject, text, data, hash)
     VALUES (@seq, @at, @kind, @author, @subject, @text, @data, @hash)`,
  )
  const written = entriesOf(db, path)
  const write = db.transaction((rows: readonly JournalRow[]) => {
    const found = written.head()
    if (found.seq !== head.seq || found.hash !== head.hash) {
      throw new JournalFault('taken', path, `entry ${found.seq} was not written by this hub`)
    }
    for (const row of rows) insert.run({ ...row, data: canonicalJson(row.data) })
  })

  const chain = (taken: readonly JournalEntry[]): JournalRow[] => {
    let before = head
    return taken.map(entry => {
      const linked = { ...entry, seq: before.seq + 1 }
      before = { seq: linked.seq, hash: chainHash(before.hash, linked) }
      return { ...linked, hash: before.hash }
    })
  }

  const compare = (row: JournalRow): void => {
    const back = entries.get(row.seq)
    if (canonicalJson(back) !== canonicalJson(row)) {
      throw new JournalFault('unequal', path, `entry ${row.seq}`)
    }
  }

  const stop = (found: JournalFault): JournalFault => {
    fault = found
    return found
  }

  /** The entry is written, whatever comes of telling about it: nothing is thrown here. */
  const passing = (filter: JournalFilter, rows: readonly JournalRow[]): JournalRow[] => {
    const [first] = rows
    if (first === undefined) return []
    try {
      return entries.list({ ...filter, afterSeq: first.seq - 1, limit: rows.length })
    } catch (error) {
      stop(asFault(error, path))
      return []
    }
  }

  const appendAll = (given: readonly JournalEntry[]): JournalRow[] => {
    if (fault !== null) throw fault
    if (given.length > MOST_AT_ONCE) {
      throw new EntryRefused(`${given.length} entries at once are more than ${MOST_AT_ONCE}`)
    }
    const rows = chain(given.map(takeIn))
    try {
      write.immediate(rows)
      rows.forEach(compare)
      head = rows.at(-1) ?? head
      witness.note(head)
    } catch (error) {
      const found = asFault(error, path)
      // A full disk left the chain as it was: the next write may find room.
      throw found.kind === 'full' ? found : stop(found)
    }
    for (const follower of followers) follower(rows)
    return rows
  }

  return {
    status: () => ({ path, seq: head.seq, message: fault?.message ?? null }),
    append: entry => {
      const [row] = appendAll([entry])
      if (row === undefined) throw new JournalFault('unequal', path, 'nothing was written')
      return row
    },
    appendAll,
    list: entries.list,
    unsettled: entries.unsettled,
    follow: (filter, tell) => {
      const valid = JournalFilter.parse(filter)
      const follower = (rows: JournalRow[]): void => {
        for (const row of passing(valid, rows)) queueMicrotask(() => tell(row))
      }
      followers.add(follower)
      return () => followers.delete(follower)
    },
    verify: async () => {
      const verdict = await verifyAll(reading, entries, path, 'quick_check(entry)')
      if (verdict.fault !== null) stop(verdict.fault)
      return { ...verdict, fault: verdict.fault?.message ?? null }
    },
    backup: to => backUp(reading, to),
    close: () => {
      if (!db.open) return
      stop(new JournalFault('closed', path, 'the hub ends'))
      witness.close()
      reading.close()
      db.close()
    },
  }
}
