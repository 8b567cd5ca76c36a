/**
 * One at a time at the files of a run, over all probes of a host: one that lost its hub may still
 * be at work. The turn is a directory that holds the name of whoever has it. It appears with that
 * name inside, and the name of a holder that died is replaced: one rename each, which of many at
 * once only one can do.
 */
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isSame, statOf } from './process-identity.ts'

/** Longer than git may take to make a worktree. */
const WITHIN_MS = 90_000
const LOOK_EVERY_MS = 10

let turns = 0

/** Throws an Error for a person when another is at work there for too long. */
export async function inTurn<T>(logs: string, stem: string, act: () => Promise<T>): Promise<T> {
  const place = join(logs, `.${stem}.turn`)
  const name = await take(place)
  try {
    return await act()
  } finally {
    await rm(join(place, name))
    // It is empty, or has gone to the next already.
    await isDone(rmdir(place))
  }
}

async function take(place: string): Promise<string> {
  const self = statOf(process.pid)
  if (self === null) throw new Error('there is no /proc: nobody could tell who is at work on a run')
  turns += 1
  const name = `${self.pid}-${self.pidStart}-${turns}`
  const draft = `${place}.${name}`
  await mkdir(draft, { recursive: true, mode: 0o700 })
  await writeFile(join(draft, name), '')
  try {
    for (const until = Date.now() + WITHIN_MS; ; await delay(LOOK_EVERY_MS)) {
      if (await isDone(rename(draft, place))) return name
      const holder = await holderOf(place)
      const isDead = holder !== null && !isSame(holder)
      if (isDead && (await isDone(rename(join(place, holder.name), join(place, name))))) return name
      if (Date.now() > until) throw new Error(`process ${holder?.pid} is at work on ${place} still`)
    }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function holderOf(place: string) {
  const [name] = await readdir(place).catch(() => [])
  if (name === undefined) return null
  const [pid, pidStart = ''] = name.split('-')
  return { name, pid: Number(pid), pidStart }
}

const LOST = new Set(['ENOENT', 'EEXIST', 'ENOTEMPTY'])

/** False when another came first. */
async function isDone(change: Promise<void>): Promise<boolean> {
  try {
    await change
    return true
  } catch (error) {
    if (LOST.has((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
