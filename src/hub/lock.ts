/**
 * One hub a profile, even when ten clients start ten at once. The lock is SQLite's own file lock,
 * which the kernel gives back the moment its holder dies: there is no stale lock to break.
 */
import { chmodSync } from 'node:fs'
import Database from 'better-sqlite3'

export interface HeldLock {
  release(): void
}

/** Null when another process holds it. */
export function takeLock(path: string): HeldLock | null {
  const db = new Database(path, { timeout: 0 })
  try {
    chmodSync(path, 0o600)
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
  return { release: () => db.close() }
}
