/**
 * What is left of a run that was taken back, or of a hold that was given up before it came: a mark
 * beside the records, under the hold's ticket. It is there before anything is removed, so that
 * whatever is late on its way finds it, and whoever asks again hears the same.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { RunSeen } from '../../rpc/lane-api.ts'

/** How the run stood: `absent` was never made, `unsent` never read its prompt, `ended` said nothing. */
const Taken = z.object({
  state: RunSeen.shape.state.extract(['absent', 'unsent', 'ended']),
  said: RunSeen.shape.said,
})
export type Taken = z.infer<typeof Taken>

/** Nothing is on its way for longer. */
const KEPT_MS = 30 * 24 * 3_600_000

const pathOf = (logs: string, ticket: string) => join(logs, `.${ticket}.taken`)

/** What is marked stays so. */
export async function markTaken(logs: string, ticket: string, taken: Taken): Promise<Taken> {
  const before = await readTaken(logs, ticket)
  if (before !== null) return before
  await mkdir(logs, { recursive: true, mode: 0o700 })
  const path = pathOf(logs, ticket)
  const draft = `${path}.new`
  await writeFile(draft, JSON.stringify(taken), { mode: 0o600, flush: true })
  await rename(draft, path)
  await removeOld(logs)
  return taken
}

export async function readTaken(logs: string, ticket: string | null): Promise<Taken | null> {
  if (ticket === null) return null
  try {
    return Taken.parse(JSON.parse(await readFile(pathOf(logs, ticket), 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Marks, and what probes left that died while they waited for a turn. */
const OURS = /^\..+\.(?:taken|turn\..+)$/

async function removeOld(logs: string): Promise<void> {
  for (const file of (await readdir(logs)).filter(name => OURS.test(name))) {
    const path = join(logs, file)
    // Another probe may have come first.
    const found = await stat(path).catch(() => null)
    if (found === null || Date.now() - found.mtimeMs < KEPT_MS) continue
    await rm(path, { recursive: true, force: true })
  }
}
