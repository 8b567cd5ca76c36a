/** The journal's schema: one step a version, each applied once, whole or not at all. */
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import { JournalFault } from './fault.ts'
import { syncToDisk } from './sync.ts'

/** "Dock" in ASCII: marks an SQLite file as a journal of ours. */
export const APPLICATION_ID = 0x446f636b

/** The step at index n leads to version n + 1. A step that was released is never edited. */
export const MIGRATIONS: readonly string[] = [
  // 1: the chain itself. What is derived from it comes later and could be built anew.
  `
  CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    data TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entry_at ON entry (at);
  CREATE INDEX entry_kind ON entry (kind);
  CREATE INDEX entry_kind_author ON entry (kind, author);
  CREATE INDEX entry_author ON entry (author);
  CREATE INDEX entry_subject ON entry (subject);
  CREATE TRIGGER entry_appends BEFORE INSERT ON entry
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
    BEGIN SELECT raise(ABORT, 'the journal is append-only: out of sequence'); END;
  CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
    BEGIN SELECT raise(ABORT, 'the journal is append-only: no update'); END;
  CREATE TRIGGER entry_remains BEFORE DELETE ON entry
    BEGIN SELECT raise(ABORT, 'the journal is append-only: no delete'); END;
  `,
  // 2: words for search, and what still waits for its answer or outcome.
  `
  CREATE VIRTUAL TABLE words USING fts5(kind, subject, text, content='entry', content_rowid='seq',
    tokenize='porter unicode61');
  CREATE TABLE unsettled (seq INTEGER PRIMARY KEY REFERENCES entry, kind TEXT NOT NULL) STRICT;
  CREATE TRIGGER entry_words AFTER INSERT ON entry
    BEGIN INSERT INTO words (rowid, kind, subject, text)
      VALUES (NEW.seq, NEW.kind, NEW.subject, NEW.text); END;
  CREATE TRIGGER entry_opens AFTER INSERT ON entry WHEN NEW.kind IN ('decision', 'intent')
    BEGIN INSERT INTO unsettled (seq, kind) VALUES (NEW.seq, NEW.kind); END;
  CREATE TRIGGER entry_settles AFTER INSERT ON entry WHEN NEW.kind IN ('answer', 'outcome')
    BEGIN DELETE FROM unsettled
      WHERE kind = iif(NEW.kind = 'answer', 'decision', 'intent')
      AND seq = json_extract(NEW.data, '$.' || kind); END;
  INSERT INTO words (words) VALUES ('rebuild');
  INSERT INTO unsettled (seq, kind) SELECT seq, kind FROM entry
    WHERE kind = 'decision' AND seq NOT IN (
      SELECT coalesce(json_extract(data, '$.decision'), 0) FROM entry WHERE kind = 'answer')
    OR kind = 'intent' AND seq NOT IN (
      SELECT coalesce(json_extract(data, '$.intent'), 0) FROM entry WHERE kind = 'outcome');
  `,
]

const versionOf = (db: Database): number => db.pragma('user_version', { simple: true }) as number

/** Throws JournalFault unless the file behind `db` is a journal that we know. Changes nothing. */
export function checkOwner(db: Database, path: string): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new JournalFault('foreign', path, 'an SQLite file without our mark')
  }
  if (versionOf(db) > MIGRATIONS.length) {
    const detail = `version ${versionOf(db)}, this program knows ${MIGRATIONS.length}`
    throw new JournalFault('newer', path, detail)
  }
}

/** Copies the journal as it is to `<path>.v<version>.backup` (0600) before it changes. */
function keepBackup(db: Database, path: string, version: number): void {
  const kept = `${path}.v${version}.backup`
  const draft = `${kept}.partial`
  rmSync(draft, { force: true })
  closeSync(openSync(draft, 'wx', 0o600))
  db.prepare('VACUUM INTO ?').run(draft)
  syncToDisk(draft)
  renameSync(draft, kept)
  syncToDisk(dirname(kept))
}

/** Brings the journal to the newest version in one transaction; a backup of the old one is kept. */
export function migrate(db: Database, path: string): void {
  const version = versionOf(db)
  if (version === MIGRATIONS.length) return
  if (version > 0) keepBackup(db, path, version)
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  }).immediate()
}
