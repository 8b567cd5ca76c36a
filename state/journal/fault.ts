/**
 * What can be wrong with a journal. Whoever gets a fault must not act: nothing that happens
 * afterwards would be on record.
 */

const FAULTS = {
  corrupt: {
    why: 'the file is damaged',
    mend: 'restore a backup, or move the file and what lies beside it away to begin a new one; `dockmaster journal export` saves what can be read',
  },
  chain: {
    why: 'the hash chain is broken: an entry was changed, lost or put in later',
    mend: 'compare with a backup, restore it, or move the file and what lies beside it away to begin a new one',
  },
  unequal: {
    why: 'what was read back is not what was written',
    mend: 'look at the disk; then start again',
  },
  full: { why: 'there is no room', mend: 'free disk space; the next write tries again' },
  denied: {
    why: 'it cannot be opened for writing',
    mend: 'give this user the file and its directory, on a disk that is mounted for writing',
  },
  absent: { why: 'there is none', mend: 'name the profile that has one; the hub begins it' },
  foreign: {
    why: 'the file is not a journal of this program, or its first page is damaged',
    mend: 'move it away, or name another state directory',
  },
  newer: { why: 'a newer version wrote it', mend: 'use that version, or another state directory' },
  taken: { why: 'another process writes to it', mend: 'stop the other hub, then start again' },
  closed: { why: 'it is closed', mend: 'start the hub again' },
  disk: { why: 'the disk refused', mend: 'look at the disk; then start again' },
} as const

export type JournalFaultKind = keyof typeof FAULTS

export class JournalFault extends Error {
  override readonly name = 'JournalFault'
  readonly kind: JournalFaultKind
  readonly path: string
  readonly why: string
  readonly mend: string

  /** `detail` is what exactly was seen, e.g. which entry or which SQLite code; lines become one. */
  constructor(kind: JournalFaultKind, path: string, detail: string) {
    const { why, mend } = FAULTS[kind]
    const seen = detail.replaceAll(/\s*\n\s*/g, ' ')
    super(`journal ${path}: ${why} (${seen}). Nothing is done without a journal. Mend: ${mend}.`)
    this.kind = kind
    this.path = path
    this.why = why
    this.mend = mend
  }
}

/** An entry that the journal will not take: the caller's mistake, the journal itself is well. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused'
}

/** A backup that came to nothing; there is no file under its name. The journal goes on. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed'
  constructor(to: string, why: string) {
    super(`no backup at ${to}: ${why}`)
  }
}

const KIND_OF_CODE: readonly [RegExp, JournalFaultKind][] = [
  [/^SQLITE_FULL|^ENOSPC|^EDQUOT/, 'full'],
  [/^SQLITE_NOTADB/, 'foreign'],
  [/^SQLITE_CORRUPT/, 'corrupt'],
  [
    /^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^EACCES|^EPERM|^EROFS|^EISDIR|^ENOTDIR|^ENOENT/,
    'denied',
  ],
  [/^SQLITE_(BUSY|LOCKED)/, 'taken'],
  [/^SQLITE_IOERR|^E[A-Z]+$/, 'disk'],
]

/** Names the fault behind an error of SQLite or the file system; any other error is rethrown. */
export function asFault(error: unknown, path: string): JournalFault {
  if (error instanceof JournalFault) return error
  const { code } = error as { code?: unknown }
  const known = KIND_OF_CODE.find(([pattern]) => typeof code === 'string' && pattern.test(code))
  if (!(error instanceof Error) || known === undefined) throw error
  return new JournalFault(known[1], path, `${String(code)}: ${error.message}`)
}
