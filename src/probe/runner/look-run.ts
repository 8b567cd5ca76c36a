/** Lets a waiting run go, once, and looks at how it stands. */
import { open, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunRecord, RunSeen } from '../../rpc/lane-api.ts'
import { answerAt } from './gate.ts'
import { isSame, statOf } from './process-identity.ts'
import { filesOf, readRecord, replaceRecord } from './run-record.ts'
import { waitsAt } from './waiting.ts'

const SEEN_WITHIN_MS = 8_000
const LOOK_EVERY_MS = 10

interface Run {
  logs: string
  stem: string
}

/** A run that was released before is only looked at. */
export async function release({ logs, stem }: Run): Promise<RunSeen> {
  const before = await look({ logs, stem })
  if (before.record === null || before.state !== 'held') return before
  await replaceRecord(logs, { ...before.record, isReleasing: true })
  const isHeard = await answerAt(filesOf(logs, stem).gate, 'go', before.record)
  if (!isHeard) await replaceRecord(logs, before.record)
  const until = Date.now() + SEEN_WITHIN_MS
  for (;;) {
    const seen = await look({ logs, stem })
    const isThere = seen.state === 'held' || seen.state === 'running'
    const isTold = !isThere || seen.logBytes > 0
    if (isTold || Date.now() > until) return seen
    await delay(LOOK_EVERY_MS)
  }
}

/** For what starts elsewhere: whoever comes after a crash sees that it may have begun. */
export async function note({ logs, stem, pid }: Run & { pid: number | null }): Promise<RunSeen> {
  const record = await readRecord(logs, stem)
  if (record !== null) {
    const { pid: known, pidStart } = (pid === null ? null : statOf(pid)) ?? record
    await replaceRecord(logs, { ...record, isReleasing: true, pid: known, pidStart })
  }
  return await look({ logs, stem })
}

export async function look({ logs, stem }: Run): Promise<RunSeen> {
  const read = await readRecord(logs, stem)
  if (read === null) return { record: read, state: 'absent', logBytes: 0, said: '' }
  const files = filesOf(logs, stem)
  const isUnsent = stateOf(read, files.gate) === 'unsent'
  // It may have been let go, and have ended, since its record was read.
  const record = isUnsent ? ((await readRecord(logs, stem)) ?? read) : read
  return {
    record,
    state: stateOf(record, files.gate),
    logBytes: Math.max(0, (await sizeOf(record.log)) - record.logFrom),
    said: await lastLine(files.stderr),
  }
}

function stateOf(record: RunRecord, gate: string): RunSeen['state'] {
  if (!isSame(record)) return record.isReleasing ? 'ended' : 'unsent'
  return waitsAt(record.pid, gate) ? 'held' : 'running'
}

const SAID_BYTES = 2_000

async function lastLine(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - SAID_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAID_BYTES), 0, SAID_BYTES, from)
    return buffer.toString('utf8', 0, bytesRead).trim().split('\n').at(-1) ?? ''
  } finally {
    await file.close()
  }
}

/** Zero when there is no such file. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )
