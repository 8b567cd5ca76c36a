/** The read side of the journal: by number, by filter, and in order, a few rows at a time. */
import type { Database } from 'better-sqlite3'
import type * as z from 'zod'
import { JournalFilter, type JournalKind, type JournalRow } from '../journal-entry.ts'
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

const wordsOf = (text = ''): string[] => text.split(/[\s\0]+/).filter(word => word !== '')

/**
 * The search expression: every word must be there, `stall*` asks for a beginning, other operators
 * are plain text. The kinds stand in it too, so that a common word of a rare kind is found fast.
 * Empty when there are no words.
 */
function searchFor(text: string, kinds: readonly JournalKind[]): string {
  const words = wordsOf(text).map(
    word => `"${word.replaceAll('"', '""')}"${word.endsWith('*') ? '*' : ''}`,
  )
  if (words.length === 0) return ''
  const within = kinds.length === 0 ? '' : ` AND kind : (${kinds.join(' OR ')})`
  return `{subject text} : (${words.join(' AND ')})${within}`
}

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

type Condition = [sql: string, ...values: (string | number)[]]

/**
 * The SQL of one filter: a bounded walk down (or up) one index, whatever the journal's size. At
 * most one kind may be given without words: with more, SQLite would sort all that match.
 */
function query(db: Database, filter: z.output<typeof JournalFilter>): Condition {
  const { since, afterSeq, beforeSeq, subject, author, kinds = [], limit } = filter
  const words = searchFor(filter.grep ?? '', kinds)
  const above = Math.max(afterSeq ?? 0, since === undefined ? 0 : floorSince(db, since))
  const [from, number] =
    words === ''
      ? ['entry', 'entry.seq']
      : ['words CROSS JOIN entry ON entry.seq = words.rowid', 'words.rowid']
  const conditions: Condition[] = [[`${number} > ?`, above]]
  if (since !== undefined) conditions.push(['entry.at >= ?', since])
  if (beforeSeq !== undefined) conditions.push([`${number} < ?`, beforeSeq])
  if (subject !== undefined) conditions.push(['entry.subject = ?', subject])
  if (author !== undefined) conditions.push(['entry.author = ?', author])
  if (kinds.length > 0) {
    conditions.push([`entry.kind IN (${kinds.map(() => '?').join(', ')})`, ...kinds])
  }
  if (words !== '') conditions.push(['words MATCH ?', words])
  const where = conditions.map(([condition]) => condition).join(' AND ')
  const order = afterSeq === undefined ? 'DESC' : 'ASC'
  return [
    `SELECT ${COLUMNS} FROM ${from} WHERE ${where} ORDER BY ${number} ${order} LIMIT ?`,
    ...conditions.flatMap(([, ...values]) => values),
    limit,
  ]
}

/** The rows that pass a filter, in order of seq: one query, or one a kind. */
function select(db: Database, given: JournalFilter): StoredRow[] {
  const filter = JournalFilter.parse(given)
  const { kinds = [], grep, afterSeq, limit } = filter
  const filters =
    kinds.length > 1 && wordsOf(grep).length === 0
      ? [...new Set(kinds)].map(kind => ({ ...filter, kinds: [kind] }))
      : [filter]
  const rows = filters
    .flatMap(each => {
      const [sql, ...values] = query(db, each)
      return db.prepare<(string | number)[], StoredRow>(sql).all(...values)
    })
    .sort((a, b) => a.seq - b.seq)
  return afterSeq === undefined ? rows.slice(-limit) : rows.slice(0, limit)
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
    list: filter => select(db, filter).map(parse),
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
