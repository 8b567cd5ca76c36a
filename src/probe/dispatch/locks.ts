/**
 * Locks of items on the host: one file an attempt, made once by whoever is first, whatever console
 * asks. Nothing is ever changed or removed: a freed lock has a second file beside it, and the item
 * is taken again as its next attempt. So there is no moment in which two could hold one item.
 */

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, expandHome } from '../../../adapters/glob.ts'
import { readWhole } from '../../../adapters/read-part.ts'
import { itemKey, laneNameOf, workOfLane } from '../../../state/item.ts'
import { LockRecord, LockSeen } from '../../rpc/dispatch-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { linkOnce } from '../link-once.ts'
import { readRecord } from '../runner/run-record.ts'

export interface LockDeps {
  home: string
  now(): number
}

type Work = ProbeParams<'lock.look'>['work']

/** Longer files are not ours. */
const MOST_BYTES = 16_384

const placeOf = (logs: string, { home }: LockDeps) => join(expandHome(logs, home), 'locks')

const filesOf = (place: string, work: Work) => {
  const stem = join(place, laneNameOf(work, work.attempt))
  return { lock: `${stem}.lock`, freed: `${stem}.freed` }
}

export async function takeLock(
  { logs, lock, before }: ProbeParams<'lock.take'>,
  deps: LockDeps,
): Promise<ProbeResult<'lock.take'>> {
  const place = placeOf(logs, deps)
  await mkdir(place, { recursive: true, mode: 0o700 })
  const { goal, id, attempt } = lock
  const newest = await newestOf(place, { goal, id }, deps)
  if (newest !== null) {
    const isNext = newest.record.attempt < attempt
    const mayFree = before !== null && before.key === newest.record.key
    if (isNext && newest.freed === null && mayFree) {
      await free(place, newest.record, { who: lock.who, why: before.why, at: deps.now() })
    } else if (!isNext || newest.freed === null) {
      return { kind: 'held', message: heldBy(newest) }
    }
  }
  const record: LockRecord = { ...lock, schema: 'dockmaster.lock/1', at: deps.now() }
  if (await writeOnce(filesOf(place, lock).lock, record)) return { kind: 'taken' }
  const holder = await readLock(place, lock, deps)
  return { kind: 'held', message: holder ? heldBy(holder) : 'somebody else has just taken it' }
}

const heldBy = ({ record: { who, lane, at } }: LockSeen): string =>
  `${who} took it at ${new Date(at).toISOString()} as ${lane}`

export async function lookAtLock(
  { logs, work }: ProbeParams<'lock.look'>,
  deps: LockDeps,
): Promise<ProbeResult<'lock.look'>> {
  const lock = await readLock(placeOf(logs, deps), work, deps)
  const lane = laneNameOf(work, work.attempt)
  const run = await readRecord(expandHome(logs, deps.home), lane)
  return { lock, launched: run !== null }
}

/**
 * It is marked as free first and looked at after: who launches claims first and looks after. One
 * that was not taken is taken for that: what is still on its way to take it comes too late then.
 */
export async function freeLock(
  { logs, work, key, who, why }: ProbeParams<'lock.free'>,
  deps: LockDeps,
): Promise<ProbeResult<'lock.free'>> {
  const place = placeOf(logs, deps)
  await mkdir(place, { recursive: true, mode: 0o700 })
  const lane = laneNameOf(work, work.attempt)
  const by = { lane, profile: '', key, who, at: deps.now() }
  await writeOnce(filesOf(place, work).lock, { ...work, ...by, schema: 'dockmaster.lock/1' })
  const lock = await readLock(place, work, deps)
  if (lock?.record.key === key) await free(place, work, { who, why, at: deps.now() })
  return await lookAtLock({ logs, work }, deps)
}

const free = (place: string, work: Work, freed: NonNullable<LockSeen['freed']>) =>
  writeOnce(filesOf(place, work).freed, freed)

/** The newest lock of each item. */
export async function listLocks(logs: string, deps: LockDeps): Promise<LockSeen[]> {
  const place = placeOf(logs, deps)
  const newest = new Map<string, Work>()
  for (const file of await readdir(place).catch(() => [])) {
    const work = file.endsWith('.lock') ? workOfLane(file.slice(0, -'.lock'.length)) : null
    if (work === null || (newest.get(itemKey(work))?.attempt ?? 0) >= work.attempt) continue
    newest.set(itemKey(work), work)
  }
  const seen: LockSeen[] = []
  for (const work of newest.values()) {
    const lock = await readLock(place, work, deps)
    if (lock) seen.push(lock)
  }
  return seen
}

async function newestOf(
  place: string,
  { goal, id }: Omit<Work, 'attempt'>,
  deps: LockDeps,
): Promise<LockSeen | null> {
  const attempts = (await readdir(place)).flatMap(file => {
    const work = file.endsWith('.lock') ? workOfLane(file.slice(0, -'.lock'.length)) : null
    return work?.goal === goal && work.id === id ? [work.attempt] : []
  })
  const attempt = Math.max(0, ...attempts)
  return attempt === 0 ? null : await readLock(place, { goal, id, attempt }, deps)
}

/** Null when there is none. What cannot be read holds all the same: it is told as nobody's. */
async function readLock(place: string, work: Work, { now }: LockDeps): Promise<LockSeen | null> {
  const files = filesOf(place, work)
  const text = await readText(files.lock)
  if (text === null) return null
  const lane = laneNameOf(work, work.attempt)
  const nobody = { profile: '', key: '', who: 'a lock that cannot be read', lane, at: 0 }
  const unread: LockRecord = { ...work, ...nobody, schema: 'dockmaster.lock/1' }
  const record = LockRecord.safeParse(jsonOf(text)).data ?? unread
  const freed = await readText(files.freed)
  const by = LockSeen.shape.freed.safeParse(freed === null ? null : jsonOf(freed)).data
  return { record, ageMs: now() - record.at, freed: by ?? null }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Null when there is no such file; empty when it is none of ours. */
async function readText(path: string): Promise<string | null> {
  try {
    return (await readWhole(path, MOST_BYTES)).toString('utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return null
    if (code === 'EFBIG') return ''
    throw error
  }
}

/** Whole or not at all; false when there is one of that name. */
async function writeOnce(path: string, value: object): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.new`
  await writeFile(draft, `${JSON.stringify(value)}\n`, { mode: 0o600, flush: true })
  return linkOnce(draft, path)
}
