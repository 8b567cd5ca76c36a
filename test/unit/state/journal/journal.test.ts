import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exportFile, verifyFile } from '../../../../state/journal/archive.ts'
import { EntryRefused } from '../../../../state/journal/fault.ts'
import { type Journal, openJournal } from '../../../../state/journal/journal.ts'
import {
  JOURNAL_KINDS,
  type JournalEntry,
  type JournalFilter,
  type JournalRow,
} from '../../../../state/journal-entry.ts'
import { scratch } from '../../../setup/scratch.ts'

const entry = (over: Partial<JournalEntry> = {}): JournalEntry => ({
  at: 1,
  kind: 'note',
  author: 'ann',
  subject: '',
  text: 'text',
  data: {},
  ...over,
})

function fresh(): { path: string; journal: Journal } {
  const path = join(scratch(), 'state', 'practice.journal.db')
  const journal = openJournal(path)
  onTestFinished(() => journal.close())
  return { path, journal }
}

const anyEntry: fc.Arbitrary<JournalEntry> = fc.record({
  at: fc.nat(20),
  kind: fc.constantFrom(...JOURNAL_KINDS),
  author: fc.constantFrom('ann', 'ben', 'hub'),
  subject: fc.constantFrom('', 'lane-a', 'octo/repo#1'),
  text: fc.string({ unit: 'binary' }),
  data: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<
    JournalEntry['data']
  >,
})

const anyFilter: fc.Arbitrary<JournalFilter> = fc.record(
  {
    kinds: fc.uniqueArray(fc.constantFrom(...JOURNAL_KINDS)),
    subject: fc.constantFrom('', 'lane-a', 'octo/repo#1', 'nothing'),
    author: fc.constantFrom('ann', 'ben', 'nobody'),
    since: fc.nat(25),
    afterSeq: fc.nat(45),
    beforeSeq: fc.nat(45),
    limit: fc.integer({ min: 1, max: 50 }),
  },
  { requiredKeys: [] },
)

/** What `list` promises, said the slow way. */
function slowly(rows: readonly JournalRow[], filter: JournalFilter): JournalRow[] {
  const { kinds = [], subject, author, since, afterSeq, beforeSeq, limit = 200 } = filter
  const passing = rows.filter(
    row =>
      (kinds.length === 0 || kinds.includes(row.kind)) &&
      (subject === undefined || row.subject === subject) &&
      (author === undefined || row.author === author) &&
      (since === undefined || row.at >= since) &&
      (afterSeq === undefined || row.seq > afterSeq) &&
      (beforeSeq === undefined || row.seq < beforeSeq),
  )
  return afterSeq === undefined ? passing.slice(-limit) : passing.slice(0, limit)
}

describe('writing', () => {
  it('[I04] gives back what was written, and finds it again after it was opened anew', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 10 }), entries => {
        const { path, journal } = fresh()
        const rows = entries.map(each => journal.append(each))
        expect(rows.map(row => row.seq)).toEqual(entries.map((_, index) => index + 1))
        expect(journal.list({})).toEqual(rows)
        const again = openJournal(path)
        expect(again.list({})).toEqual(rows)
        again.close()
      }),
      { numRuns: 30 },
    )
  })

  it('gives back what JSON can hold: -0 is 0', () => {
    expect(fresh().journal.append(entry({ data: { n: [-0] } })).data).toEqual({ n: [0] })
  })

  it('writes several at once: all, or none', () => {
    const { journal } = fresh()
    const rows = journal.appendAll([entry({ text: 'one' }), entry({ text: 'two' })])
    expect(rows.map(row => row.text)).toEqual(['one', 'two'])
    expect(() => journal.appendAll([entry(), entry({ text: 'x'.repeat(65_537) })])).toThrow(
      EntryRefused,
    )
    expect(journal.status().seq).toBe(2)
    expect(journal.appendAll([])).toEqual([])
  })

  it.each<[string, Partial<JournalEntry>]>([
    ['a text that is too long', { text: 'x'.repeat(65_537) }],
    ['a subject that is too long', { subject: 'x'.repeat(1_025) }],
    ['data that is too large', { data: { x: 'y'.repeat(300_000) } }],
    ['data that is no JSON', { data: { x: Number.NaN } }],
    ['data without end', { data: nested(40) }],
  ])('refuses %s and goes on', (_name, over) => {
    const { journal } = fresh()
    expect(() => journal.append(entry(over))).toThrow(EntryRefused)
    expect(journal.append(entry()).seq).toBe(1)
  })

  it('[O06] [A10] writes no secret, in no field', async () => {
    const { path, journal } = fresh()
    const secret = `ghp_${'a1B2'.repeat(9)}`
    journal.append(
      entry({
        author: secret,
        subject: secret,
        text: `push with ${secret}`,
        data: { env: [secret], token: 'hunter2hunter2' },
      }),
    )
    await journal.backup(`${path}.copy`)
    journal.append(entry())
    for (const name of readdirSync(join(path, '..'))) {
      const bytes = readFileSync(join(path, '..', name), 'latin1')
      expect(bytes).not.toContain(secret)
      expect(bytes).not.toContain('hunter2hunter2')
    }
  })

  it('[O03] keeps its directory and every file in it to its owner', () => {
    const { path, journal } = fresh()
    journal.append(entry())
    const dir = join(path, '..')
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(dir))
      expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600])
    expect(readdirSync(dir)).toContain('practice.journal.db-wal')
  })

  it.each([
    ["UPDATE entry SET text = 'other'", 'no update'],
    ['DELETE FROM entry', 'no delete'],
    [
      "INSERT OR REPLACE INTO entry VALUES (1, 1, 'note', '', '', 'other', '{}', '')",
      'out of sequence',
    ],
    ["INSERT INTO entry VALUES (9, 1, 'note', '', '', 'gap', '{}', '')", 'out of sequence'],
  ])('[O03] is append-only for any SQL: %s', (sql, why) => {
    const { path, journal } = fresh()
    journal.append(entry())
    const other = new Database(path)
    expect(() => other.exec(sql)).toThrow(why)
    other.close()
    expect(journal.list({}).map(row => row.text)).toEqual(['text'])
  })
})

function nested(depth: number): JournalEntry['data'] {
  return depth === 0 ? {} : { inner: nested(depth - 1) }
}

describe('reading', () => {
  it('lists by any filter what a slow reader would', () => {
    fc.assert(
      fc.property(
        fc.array(anyEntry, { maxLength: 40 }),
        fc.array(anyFilter, { minLength: 5, maxLength: 20 }),
        (entries, filters) => {
          const { journal } = fresh()
          const rows = journal.appendAll(entries)
          for (const filter of filters) expect(journal.list(filter)).toEqual(slowly(rows, filter))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('finds words in text and subject, in any form, all of them, newest last', () => {
    const { journal } = fresh()
    journal.append(entry({ text: 'lane stalled while pushing', subject: 'octo/repo#12' }))
    journal.append(entry({ text: 'lane works', kind: 'seen' }))
    const found = (filter: JournalFilter) => journal.list(filter).map(row => row.seq)
    expect(found({ grep: 'lane' })).toEqual([1, 2])
    expect(found({ grep: 'lane', kinds: ['seen'] })).toEqual([2])
    expect(found({ grep: 'lane', kinds: ['seen', 'note'], limit: 1 })).toEqual([2])
    expect(found({ grep: 'stall push' })).toEqual([1])
    expect(found({ grep: 'pus*' })).toEqual([1])
    expect(found({ grep: 'octo/repo#12' })).toEqual([1])
    expect(found({ grep: 'note' })).toEqual([])
    expect(found({ grep: ' ' })).toEqual([1, 2])
  })

  it('takes any text to search for as words, never as operators', () => {
    const { journal } = fresh()
    journal.append(entry())
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '"', ' OR ', '* (', 'NEAR('),
        (text, operator) => {
          expect(() => journal.list({ grep: text + operator })).not.toThrow()
        },
      ),
    )
  })

  it('follows with the same filter as it lists, after the write, until it is told to end', async () => {
    const { journal } = fresh()
    const seen: number[] = []
    const end = journal.follow({ kinds: ['note'], grep: 'lane' }, row => seen.push(row.seq))
    journal.append(entry({ text: 'a lane' }))
    expect(seen).toEqual([])
    journal.appendAll([entry(), entry({ text: 'lanes' }), entry({ text: 'lane', kind: 'seen' })])
    await Promise.resolve()
    expect(seen).toEqual([1, 3])
    end()
    journal.append(entry({ text: 'lane' }))
    await Promise.resolve()
    expect(seen).toEqual([1, 3])
  })

  it('knows what is not settled', () => {
    const { journal } = fresh()
    journal.appendAll([
      entry({ kind: 'decision' }),
      entry({ kind: 'intent' }),
      entry({ kind: 'decision' }),
      entry({ kind: 'intent' }),
      entry({ kind: 'answer', data: { decision: 1 } }),
      entry({ kind: 'outcome', data: { intent: 4 } }),
      // Neither settles anything: wrong kind, no number.
      entry({ kind: 'outcome', data: { intent: 3 } }),
      entry({ kind: 'answer', data: { decision: 'x' } }),
    ])
    expect(journal.unsettled('decision').map(row => row.seq)).toEqual([3])
    expect(journal.unsettled('intent').map(row => row.seq)).toEqual([2])
  })
})

describe('verify, backup, export', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => entry({ text: `entry ${index}`, at: index }))

  it('[O03] a whole journal verifies, open or closed, over any number of batches', async () => {
    const { path, journal } = fresh()
    const rows = journal.appendAll(many(2_500))
    const verdict = { entries: 2_500, head: rows.at(-1)?.hash, fault: null }
    expect(await journal.verify()).toEqual(verdict)
    expect(await verifyFile(path)).toEqual(verdict)
  })

  it('[O03] a backup of a live journal is one private file that verifies and can be put back', async () => {
    const { journal } = fresh()
    const rows = journal.appendAll(many(50))
    const copy = join(scratch(), 'copy.db')
    const { bytes } = await journal.backup(copy)
    expect(bytes).toBe(statSync(copy).size)
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(copy, '..'))).toEqual(['copy.db'])
    expect((await verifyFile(copy)).fault).toBeNull()
    await expect(journal.backup(copy)).rejects.toThrow('is there already')
    await expect(journal.backup(join(copy, 'no', 'x.db'))).rejects.toThrow('no backup at')

    const restored = openJournal(copy)
    expect(restored.list({})).toEqual(rows)
    expect(restored.append(entry()).seq).toBe(51)
    restored.close()
  })

  it('exports a line of JSON an entry, in order', async () => {
    const { path, journal } = fresh()
    const rows = journal.appendAll(many(1_500))
    let text = ''
    await exportFile(path, async lines => {
      text += lines
    })
    expect(
      text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual(rows)
  })
})
