import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
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
import type { JournalEntry } from '../../state/journal-entry.ts'
import { scratch } from '../setup/scratch.ts'

const entry = (text: string): JournalEntry => ({
  at: 1,
  kind: 'note',
  author: 'ann',
  subject: 'lane',
  text,
  data: {},
})

/** A closed journal of `count` entries; what the file holds is all there is. */
function written(count = 300): string {
  const path = join(scratch(), 'journal.db')
  const journal = openJournal(path)
  journal.appendAll(
    Array.from({ length: count }, (_, index) => entry(`entry ${index} ${'x'.repeat(200)}`)),
  )
  journal.close()
  return path
}

/** A journal as a killed hub leaves it: the newest entries are in the write-ahead log alone. */
function leftBehind(): string {
  const path = join(scratch(), 'journal.db')
  const journal = openJournal(path)
  for (let step = 1; step <= 20; step++) journal.append(entry(`step ${step}`))
  const kept = join(scratch(), 'journal.db')
  for (const suffix of ['', '-wal', '.head']) copyFileSync(path + suffix, kept + suffix)
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

/** The fault of opening, which every refusal to act comes from. */
function faultOf(open: () => unknown): JournalFault {
  try {
    open()
  } catch (error) {
    if (error instanceof JournalFault) return error
    throw error
  }
  throw new Error('it opened')
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
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.uint8Array({ minLength: 64, maxLength: 4_096 }),
        (where, noise) => {
          const path = written(60)
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

describe('no room, no permission', () => {
  it('[O03] a full disk: the append fails clearly, nothing is half written, and it goes on once there is room', async () => {
    const path = written(10)
    const journal = openJournal(path, { maxPages: Math.ceil(statSync(path).size / 4_096) + 2 })
    const fault = faultOf(() => {
      for (;;) journal.append(entry('x'.repeat(2_000)))
    })
    expect(fault.kind).toBe('full')
    expect(fault.mend).toContain('free disk space')
    const { seq } = journal.status()
    expect(journal.list({ limit: 10_000 })).toHaveLength(seq)
    expect((await journal.verify()).fault).toBeNull()
    expect(faultOf(() => journal.append(entry('x'.repeat(20_000)))).kind).toBe('full')
    journal.close()

    const roomy = openJournal(path)
    expect(roomy.append(entry('there is room')).seq).toBe(seq + 1)
    roomy.close()
  })

  /** Root may write anywhere, so these are tried as another user. */
  const tryToWrite = (path: string) => {
    const root = process.getuid?.() === 0
    const module = new URL('../../state/journal/journal.ts', import.meta.url).href
    const code = `
      import { openJournal } from ${JSON.stringify(module)}
      try {
        openJournal(process.argv[1]).append({ at: 1, kind: 'note', author: 'a', subject: '', text: 'x', data: {} })
        console.log('wrote')
      } catch (error) {
        console.log(error.kind + ' ' + error.message)
      }`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', code, path],
      { encoding: 'utf8', ...(root ? { uid: NOBODY, gid: NOBODY } : {}) },
    )
    expect(stderr).toBe('')
    return stdout
  }
  const NOBODY = 65_534
  const giveAway = (dir: string, mode: number) => {
    const own = process.getuid?.() === 0 ? NOBODY : (process.getuid?.() ?? 0)
    for (const name of readdirSync(dir)) chownSync(join(dir, name), own, own)
    chownSync(dir, own, own)
    chmodSync(dir, mode)
  }

  it('[O03] as another user it writes where it may: the check of the next two', () => {
    const path = written(3)
    giveAway(join(path, '..'), 0o700)
    expect(tryToWrite(path)).toBe('wrote\n')
  })

  it('[O03] a read-only directory', () => {
    const path = written(3)
    const dir = join(path, '..')
    giveAway(dir, 0o500)
    expect(tryToWrite(path)).toMatch(/^denied .*Mend: /)
    expect(tryToWrite(join(dir, 'new.db'))).toMatch(/^denied .*Mend: /)
    chmodSync(dir, 0o700)
  })

  it('[O03] a read-only file', () => {
    const path = written(3)
    giveAway(join(path, '..'), 0o700)
    chmodSync(path, 0o400)
    expect(tryToWrite(path)).toMatch(/^denied .*Mend: /)
  })
})

describe('migration', () => {
  /** A journal of version 1 with a real chain, as the first step alone would have made it. */
  function old(): { path: string; texts: string[] } {
    const source = written(25)
    const path = join(scratch(), 'journal.db')
    const db = new Database(path)
    db.exec(MIGRATIONS[0] ?? '')
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma('user_version = 1')
    db.prepare('ATTACH ? AS source').run(source)
    db.exec('INSERT INTO entry SELECT * FROM source.entry ORDER BY seq')
    db.close()
    return {
      path,
      texts: Array.from({ length: 25 }, (_, index) => `entry ${index} ${'x'.repeat(200)}`),
    }
  }

  it('[O11] brings an old journal up to date and keeps a private backup of it', async () => {
    const { path, texts } = old()
    const journal = openJournal(path)
    expect(journal.list({}).map(row => row.text)).toEqual(texts)
    expect(journal.list({ grep: '24' }).map(row => row.seq)).toEqual([25])
    expect((await journal.verify()).fault).toBeNull()
    journal.append(entry('after'))
    journal.close()

    const backup = new Database(`${path}.v1.backup`, { readonly: true })
    expect(backup.pragma('user_version', { simple: true })).toBe(1)
    expect(backup.prepare('SELECT text FROM entry ORDER BY seq').pluck().all()).toEqual(texts)
    backup.close()
    expect(statSync(`${path}.v1.backup`).mode & 0o777).toBe(0o600)
    expect((await verifyFile(`${path}.v1.backup`)).entries).toBe(25)
  })

  it('[O11] changes nothing when a step fails, and tries again the next time', () => {
    const { path, texts } = old()
    const db = new Database(path)
    db.exec('CREATE TABLE unsettled (in_the_way)')
    db.close()
    expect(() => openJournal(path)).toThrow('unsettled')
    const after = new Database(path)
    expect(after.pragma('user_version', { simple: true })).toBe(1)
    expect(
      after.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'words'").pluck().get(),
    ).toBe(0)
    after.exec('DROP TABLE unsettled')
    after.close()
    const journal = openJournal(path)
    expect(journal.list({}).map(row => row.text)).toEqual(texts)
    journal.close()
  })
})
