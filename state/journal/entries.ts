/** The read side of the journal: by number, by filter, and in order, a few rows at a time. */
import type { Database } from 'better-sqlite3'
import { JournalFilter, type JournalRow } from '../journal-entry.ts'
import { GENESIS } from './canonical.ts'
import { JournalFault } from './fault.ts'

type StoredRow = Omit<JournalRow, 'data'> & { data: string }

const COLUMNS = ['seq', 'at', 'kind', 'author', 'subject', 'text', 'data', 'hash']
  .map(name => `entry.${name}`)
  .join(', ')
/** Rows in memory at a time while the journal is walked. */
const BATCH = 1_000

export interface Entries {
  /** The last entry's number and hash; 0 and the genesis hash when there is none. */
  readonly head: () => { seq: number; hash: string }
  readonly get: (seq: number) => JournalRow | null
  readonly list: (filter: JournalFilter) => JournalRow[]
  /** Decisions without an answer, or intents without an outcome, oldest first. */
  readonly unsettled: (kind: 'decision' | 'intent') => JournalRow[]
  /** Every entry after `seq` in order, in batches. */
  readonly batches: (afterSeq: number) => Generator<JournalRow[]>
}

/** `"a" "b"` → both words, each as a prefix; punctuation and operators lose their meaning. */
const searchWords = (text: string): string =>
  text
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => `"${word.replaceAll('"', '""')}"*`)
    .join(' ')

/**
 * Where entries since an instant begin. Clocks may step back, so instants do not follow numbers
 * strictly: with more entries since than one list can hold, no bound is needed to be quick.
 */
function floorSince(db: Database, since: number): number {
  const found = db
    .prepare<[number, number], { low: number | null; rows: number }>(
      'SELECT min(seq) AS low, count(*) AS rows FROM (SELECT seq FROM entry WHERE at >= ? LIMIT ?)',
    )
    .get(since, 10_001)
  if (!found || found.rows > 10_000) return 0
  return found.low === null ? Number.MAX_SAFE_INTEGER : found.low - 1
}

/** The SQL of one filter: a bounded walk down (or up) one index, whatever the journal's size. */
function query(db: Database, given: JournalFilter): { sql: string; values: (string | number)[] } {
  const filter = JournalFilter.parse(given)
  const grep = searchWords(filter.grep ?? '')
  const since = filter.since ?? null
  const above = Math.max(filter.afterSeq ?? 0, since === null ? 0 : floorSince(db, since))
  const conditions: [string, ...(string | number)[]][] = [['entry.seq > ?', above]]
  if (since !== null) conditions.push(['entry.at >= ?', since])
  if (filter.beforeSeq !== undefined) conditions.push(['entry.seq < ?', filter.beforeSeq])
  if (filter.subject !== undefined) conditions.push(['entry.subject = ?', filter.subject])
  if (filter.author !== undefined) conditions.push(['entry.author = ?', filter.author])
  if (grep !== '') conditions.push(['words MATCH ?', grep])
  const kinds = filter.kinds ?? []
  if (kinds.length > 0) {
    conditions.push([`entry.kind IN (${kinds.map(() => '?').join(', ')})`, ...kinds])
  }
  const from = grep === '' ? 'entry' : 'words CROSS JOIN entry ON entry.seq = words.rowid'
  const order = filter.afterSeq === undefined ? 'DESC' : 'ASC'
  const column = grep === '' ? 'entry.seq' : 'words.rowid'
  const where = conditions.map(([condition]) => condition).join(' AND ')
  return {
    sql: `SELECT ${COLUMNS} FROM ${from} WHERE ${where} ORDER BY ${column} ${order} LIMIT ?`,
    values: [...conditions.flatMap(([, ...values]) => values), filter.limit],
  }
}

/** Reads a journal through `db`. Throws JournalFault, or SQLite's own error, when it is damaged. */
export function entriesOf(db: Database, path: string): Entries {
  const parse = (row: StoredRow): JournalRow => {
    try {
      return { ...row, data: JSON.parse(row.data) as JournalRow['data'] }
    } catch {
      throw new JournalFault('corrupt', path, `data of entry ${row.seq} is no JSON`)
    }
  }
  const bySeq = db.prepare<[number], StoredRow>(`SELECT ${COLUMNS} FROM entry WHERE seq = ?`)
  const last = db.prepare<[], { seq: number; hash: string }>(
    'SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1',
  )
  const after = db.prepare<[number, number], StoredRow>(
    `SELECT ${COLUMNS} FROM entry WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  return {
    head: () => last.get() ?? { seq: 0, hash: GENESIS },
    get: seq => {
      const row = bySeq.get(seq)
      return row ? parse(row) : null
    },
    list: filter => {
      const { sql, values } = query(db, filter)
      const rows = db.prepare<(string | number)[], StoredRow>(sql).all(...values)
      return rows.sort((a, b) => a.seq - b.seq).map(parse)
    },
    unsettled: kind =>
      db
        .prepare<[string], StoredRow>(
          `SELECT ${COLUMNS} FROM unsettled CROSS JOIN entry USING (seq)
           WHERE unsettled.kind = ? ORDER BY seq`,
        )
        .all(kind)
        .map(parse),
    *batches(afterSeq) {
      let rows = after.all(afterSeq, BATCH)
      while (rows.length > 0) {
        yield rows.map(parse)
        rows = after.all(rows.at(-1)?.seq ?? afterSeq, BATCH)
      }
    },
  }
}
