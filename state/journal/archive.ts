/** The journal outside its place: read without a hub, copied, exported. */
import { closeSync, existsSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { canonicalJson } from './canonical.ts'
import { type Entries, entriesOf } from './entries.ts'
import { asFault, BackupFailed } from './fault.ts'
import { openForReading } from './files.ts'
import { syncToDisk } from './sync.ts'
import { type Verdict, verifyAll } from './verify.ts'

/** Opens a journal or backup for reading while `task` runs. Throws JournalFault. */
async function reading<T>(
  path: string,
  task: (entries: Entries, db: Database.Database) => T | Promise<T>,
): Promise<T> {
  let db: Database.Database | null = null
  try {
    db = openForReading(path)
    return await task(entriesOf(db, path), db)
  } catch (error) {
    throw asFault(error, path)
  } finally {
    db?.close()
  }
}

/** Verifies a journal or backup without a hub. A file that cannot be opened is a verdict too. */
export async function verifyFile(path: string): Promise<Verdict> {
  try {
    return await reading(path, (entries, db) => verifyAll(db, entries, path, 'integrity_check(1)'))
  } catch (error) {
    return { entries: 0, head: '', fault: asFault(error, path) }
  }
}

/** Hands every entry to `write`, oldest first, one JSON line each. Throws JournalFault. */
export function exportFile(path: string, write: (line: string) => Promise<void>): Promise<void> {
  return reading(path, async entries => {
    for (const rows of entries.batches(0)) {
      await write(rows.map(row => `${canonicalJson(row)}\n`).join(''))
    }
  })
}

/**
 * Copies a live journal to the new file `to` (0600, one file, no log beside it) and verifies the
 * copy before it gets its name. Throws BackupFailed.
 */
export async function backUp(db: Database.Database, to: string): Promise<{ bytes: number }> {
  const draft = `${to}.${process.pid}.partial`
  if (existsSync(to)) throw new BackupFailed(to, 'that file is there already, name a new one')
  try {
    closeSync(openSync(draft, 'wx', 0o600))
  } catch (error) {
    throw new BackupFailed(to, (error as Error).message)
  }
  try {
    await db.backup(draft)
    const copy = new Database(draft)
    copy.pragma('journal_mode = DELETE')
    copy.close()
    const { fault } = await verifyFile(draft)
    if (fault !== null) throw fault
    syncToDisk(draft)
    linkSync(draft, to)
    syncToDisk(dirname(to))
    return { bytes: statSync(to).size }
  } catch (error) {
    throw new BackupFailed(to, (error as Error).message)
  } finally {
    rmSync(draft, { force: true })
  }
}
