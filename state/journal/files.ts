/** How a journal's file comes to be and is opened. */
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { JournalFault } from './fault.ts'
import { checkOwner, migrate } from './migrations.ts'
import { syncToDisk } from './sync.ts'

/** How long to wait for a lock that another process holds, in ms. */
const BUSY_MS = 1_000

/** Makes an empty journal aside and moves it into place, so that one in place is never half made. */
function create(path: string): void {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new JournalFault('corrupt', path, 'its write-ahead log is here, the file itself is not')
  }
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  rmSync(`${path}.head`, { force: true })
  closeSync(openSync(draft, 'wx', 0o600))
  const db = new Database(draft)
  migrate(db, draft)
  db.close()
  renameSync(draft, path)
  syncToDisk(dirname(path))
}

/** SQLite would take an empty file for a new database; ours never is empty. */
function checkFile(path: string): void {
  const stat = statSync(path)
  if (!stat.isFile()) throw new JournalFault('foreign', path, 'not a file')
  if (stat.size === 0) throw new JournalFault('corrupt', path, 'the file is empty')
}

/**
 * Opens the journal for its one writer: made if there is none, migrated if it is old. Throws
 * JournalFault, or the error of SQLite or the file system.
 */
export function openForWriting(path: string): Database.Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (!existsSync(path)) create(path)
  checkFile(path)
  closeSync(openSync(path, 'r+'))
  chmodSync(path, 0o600)
  const db = new Database(path, { fileMustExist: true, timeout: BUSY_MS })
  try {
    checkOwner(db, path)
    for (const setting of ['synchronous = FULL', 'fullfsync = ON', 'foreign_keys = ON']) {
      db.pragma(setting)
    }
    const mode = db.pragma('journal_mode = WAL', { simple: true })
    if (mode !== 'wal') throw new JournalFault('denied', path, `journal mode is ${String(mode)}`)
    migrate(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Opens an existing journal or backup for reading only. Throws as `openForWriting`. */
export function openForReading(path: string): Database.Database {
  if (!existsSync(path)) throw new JournalFault('absent', path, 'no such file')
  checkFile(path)
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS })
  try {
    checkOwner(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
