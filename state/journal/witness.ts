/**
 * The witness: a small file beside the journal that names the last entry that was acknowledged.
 * The chain alone cannot tell that its end is missing (a torn write-ahead log, an older copy put
 * back); the witness can. It is written after the entry is on disk, so it is never ahead of a
 * sound journal; it may be behind after a power cut.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface Witness {
  seq: number
  hash: string
}

const witnessPath = (journal: string): string => `${journal}.head`

/** The witness of a journal; null when there is none or it was torn itself. */
export function readWitness(journal: string): Witness | null {
  try {
    const found = /^(\d{16}) ([0-9a-f]{64})\n$/.exec(readFileSync(witnessPath(journal), 'utf8'))
    return found?.[1] && found[2] ? { seq: Number(found[1]), hash: found[2] } : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Keeps the witness open: one small write an entry, always of the same length. */
export function openWitness(journal: string): { note(head: Witness): void; close(): void } {
  const fd = openSync(witnessPath(journal), 'w', 0o600)
  return {
    note: ({ seq, hash }) => {
      writeSync(fd, `${String(seq).padStart(16, '0')} ${hash}\n`, 0)
    },
    close: () => closeSync(fd),
  }
}
