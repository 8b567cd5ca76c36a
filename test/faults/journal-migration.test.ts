import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { verifyFile } from '../../state/journal/archive.ts'
import { openJournal } from '../../state/journal/journal.ts'
import { APPLICATION_ID, MIGRATIONS } from '../../state/journal/migrations.ts'
import { scratch } from '../setup/scratch.ts'
import { entry, written } from './parts/journal-file.ts'

describe('migration of a journal', () => {
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
