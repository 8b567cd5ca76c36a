import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportFile, verifyFile } from '../../state/journal/archive.ts'
import { JournalFault, type JournalFaultKind } from '../../state/journal/fault.ts'
import { openJournal } from '../../state/journal/journal.ts'
import { APPLICATION_ID, MIGRATIONS } from '../../state/journal/migrations.ts'
import { scratch } from '../setup/scratch.ts'
import { entry, faultOf, written } from './parts/journal-file.ts'

function copyOf(path: string, suffixes: readonly string[]): string {
  const copy = join(scratch(), 'journal.db')
  for (const suffix of suffixes) copyFileSync(path + suffix, copy + suffix)
  return copy
}

/** A journal as a killed hub leaves it: the newest entries are in the write-ahead log alone. */
function leftBehind(): string {
  const path = join(scratch(), 'journal.db')
  const journal = openJournal(path)
  for (let step = 1; step <= 20; step++) journal.append(entry(`step ${step}`))
  const kept = copyOf(path, ['', '-wal', '.head'])
  journal.close()
  return kept
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, bytes, 0, bytes.length, at)
  closeSync(fd)
}

/** Changes the first letter of a text wherever the file holds it, old copies in free space too. */
function change(path: string, text: string): void {
  const bytes = readFileSync(path)
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) {
    overwrite(path, at, Buffer.from('#'))
  }
}

/** What every fault must tell: where, what, why, and how to mend it. */
function expectFault(path: string, kinds: readonly JournalFaultKind[]): void {
  const fault = faultOf(() => openJournal(path))
  expect(kinds).toContain(fault.kind)
  expect(fault.message).toContain(path)
  expect(fault.message).toContain(fault.why)
  expect(fault.message).toContain(`Mend: ${fault.mend}`)
}

describe('a damaged journal is refused', () => {
  it('[O03] any page overwritten with noise', () => {
    const whole = written(60)
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.uint8Array({ minLength: 64, maxLength: 4_096 }),
        (where, noise) => {
          const path = copyOf(whole, ['', '.head'])
          const pages = Math.floor(statSync(path).size / 4_096)
          overwrite(path, (where % pages) * 4_096, noise)
          // Noise may, rarely, be what stood there; else it is refused or nothing of it is in use.
          try {
            const journal = openJournal(path)
            const texts = journal.list({ limit: 10_000 }).map(row => row.text)
            expect(texts).toEqual(
              Array.from({ length: 60 }, (_, index) => `entry ${index} ${'x'.repeat(200)}`),
            )
            journal.close()
          } catch (error) {
            expect(error).toBeInstanceOf(JournalFault)
          }
        },
      ),
      { seed: 7, numRuns: 150 },
    )
  })

  it('[O03] one letter of one entry changed on disk', async () => {
    const path = written()
    change(path, 'entry 250 xx')
    expectFault(path, ['chain'])
    const { entries, fault } = await verifyFile(path)
    expect(entries).toBe(250)
    expect(fault?.message).toContain('entry 251 is not what was written')
  })

  it('[O03] a change far from the end of a long journal is found by verify, which stops the writing', async () => {
    const path = written(3_000)
    change(path, 'entry 5 xx')
    const journal = openJournal(path)
    const { fault } = await journal.verify()
    expect(fault).toContain('entry 6 is not what was written')
    expect(journal.status().message).toBe(fault)
    expect(() => journal.append(entry('after'))).toThrow(JournalFault)
    journal.close()
  })

  it.each([0, 1, 50, 4_096, 40_000])('[O03] cut to %i bytes', size => {
    const path = written()
    truncateSync(path, size)
    expectFault(path, ['corrupt', 'foreign', 'chain'])
  })

  it('[O03] its last page torn', () => {
    const path = written()
    truncateSync(path, statSync(path).size - 2_048)
    expectFault(path, ['corrupt', 'chain'])
  })

  it('[O03] a write-ahead log torn at any place: acknowledged entries are missed, not forgotten', () => {
    const whole = leftBehind()
    const size = statSync(`${whole}-wal`).size
    fc.assert(
      fc.property(fc.integer({ min: 0, max: size - 1 }), cut => {
        const path = join(scratch(), 'journal.db')
        for (const suffix of ['', '-wal', '.head']) copyFileSync(whole + suffix, path + suffix)
        truncateSync(`${path}-wal`, cut)
        expectFault(path, ['chain', 'corrupt', 'foreign'])
      }),
      { seed: 3, numRuns: 60 },
    )
    expect(openJournal(whole).status().seq).toBe(20)
  })

  it('[O03] its write-ahead log without the file', () => {
    const path = leftBehind()
    rmSync(path)
    expectFault(path, ['corrupt'])
    expect(existsSync(path)).toBe(false)
  })

  it('[O03] an older copy put in its place', () => {
    const path = written(10)
    const old = readFileSync(path)
    const journal = openJournal(path)
    journal.append(entry('later'))
    journal.close()
    writeFileSync(path, old)
    expectFault(path, ['chain'])
  })

  it('[O03] but not for a witness that is torn or missing: it is made anew', () => {
    const path = written(10)
    for (const harm of [() => truncateSync(`${path}.head`, 20), () => rmSync(`${path}.head`)]) {
      harm()
      openJournal(path).close()
      expect(readFileSync(`${path}.head`, 'utf8')).toMatch(/^0{14}10 [0-9a-f]{64}\n$/)
    }
  })

  it('[O03] an entry written by another process behind the hub', () => {
    const path = written(3)
    const journal = openJournal(path)
    const other = openJournal(path)
    other.append(entry('from elsewhere'))
    expect(faultOf(() => journal.append(entry('mine'))).kind).toBe('taken')
    expect(faultOf(() => journal.append(entry('mine'))).kind).toBe('taken')
    expect(other.status().seq).toBe(4)
    journal.close()
    other.close()
  })

  it('[O03] what can be read of it can still be exported', async () => {
    const path = written()
    change(path, 'entry 250 xx')
    let lines = 0
    await exportFile(path, async text => {
      lines += text.split('\n').length - 1
    })
    expect(lines).toBe(300)
  })
})

describe('a file that is not ours to write is refused and left as it is', () => {
  it.each<[string, (path: string) => void, JournalFaultKind]>([
    [
      'text',
      path => writeFileSync(path, 'not a journal, but long enough to be read as one'.repeat(40)),
      'foreign',
    ],
    ['an empty file', path => writeFileSync(path, ''), 'corrupt'],
    ['a directory', path => mkdirSync(path), 'foreign'],
    [
      'a database of another program',
      path => new Database(path).exec('CREATE TABLE t (x)').close(),
      'foreign',
    ],
    ['a journal of a newer version', path => newer(path), 'newer'],
  ])('[O03] [O11] %s', async (_name, make, kind) => {
    const path = join(scratch(), 'journal.db')
    make(path)
    const before = statSync(path).isFile() ? readFileSync(path) : null
    expectFault(path, [kind])
    if (before !== null) expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual(['journal.db'])
    expect((await verifyFile(path)).fault?.kind).toBe(kind)
  })

  it('says that there is none when there is none to verify', async () => {
    const { fault } = await verifyFile(join(scratch(), 'journal.db'))
    expect(fault?.kind).toBe('absent')
  })
})

function newer(path: string): void {
  const db = new Database(path)
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`)
  db.exec('CREATE TABLE later (x)').close()
}
