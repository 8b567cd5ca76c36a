/** The factory's directory: made with a marker, and removed only where the marker is. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layout } from './layout.ts'
import { openDenied } from './transcripts.ts'

/** Whether the directory stood before: then it is emptied, not removed. */
type Origin = 'made' | 'given'

/** Makes the directory or takes an empty one. Rejects when something is in it. */
export async function makeDirectory(layout: Layout): Promise<void> {
  const before = await readdir(layout.dir).catch(() => null)
  if (before && before.length > 0) {
    throw new Error(`${layout.dir} is not empty: name another directory with --dir, or none`)
  }
  await mkdir(layout.dir, { recursive: true, mode: 0o700 })
  const origin: Origin = before ? 'given' : 'made'
  await writeFile(layout.marker, `${origin}\n`)
  const needed = [layout.home, layout.bin, layout.origins, layout.run, layout.keys]
  const lanes = [layout.lanes.logs, layout.lanes.trees, layout.lanes.clones]
  for (const dir of [...needed, ...lanes]) await mkdir(dir, { recursive: true, mode: 0o700 })
}

/** Removes what the factory made. A directory without the marker is left alone: false. */
export async function removeDirectory(layout: Layout): Promise<boolean> {
  const origin = await readFile(layout.marker, 'utf8').catch(() => null)
  if (origin === null) return false
  await openDenied(layout)
  // A process that was just killed may still have written: another try takes that too.
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }
  const inside = origin.trim() === 'given' ? await readdir(layout.dir) : null
  const paths = inside ? inside.map(name => join(layout.dir, name)) : [layout.dir]
  for (const path of paths) await rm(path, options)
  return true
}
