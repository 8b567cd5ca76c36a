/** Writes a file so that a reader sees the old text or the new one, never a part. */
import { renameSync, writeFileSync } from 'node:fs'

export function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.new`
  writeFileSync(beside, text, { mode: 0o600 })
  renameSync(beside, path)
}
