/** Which files processes hold, as the kernel lists them. */
import { readFile } from 'node:fs/promises'

const LOCKS = '/proc/locks'

/** Inode numbers, or null where the list cannot be read. */
export async function heldInodes(): Promise<ReadonlySet<string> | null> {
  const text = await readFile(LOCKS, 'utf8').catch(() => null)
  return text === null ? null : inodesIn(text)
}

/**
 * `1: FLOCK  ADVISORY  WRITE 4711 08:01:131083 0 EOF`. Only inodes are compared: file systems tell
 * other device numbers here than `stat` does, and to take a free file for held does no harm.
 */
export const inodesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\s[0-9a-f]+:[0-9a-f]+:(\d+)\s/g)].map(([, inode]) => inode ?? ''))
