/** Durability: what is written before this returns survives a power cut. */
import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Syncs a file's bytes, or a directory's names. */
export function syncToDisk(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
