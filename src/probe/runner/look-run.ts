/** Lets a waiting run go, once, and looks at how it stands. */
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { lastLine } from '../../../adapters/read-part.ts'
import type { RunRecord, RunSeen } from '../../rpc/lane-api.ts'
import type { ProbeParams } from '../../rpc/probe-api.ts'
import { answerAt } from './gate.ts'
import { isSame, statOf } from './process-identity.ts'
import { filesOf, isOf, readRecord, replaceRecord } from './run-record.ts'
import { inTurn } from './turn.ts'
import { waitsAt } from './waiting.ts'

const SEEN_WITHIN_MS = 8_000
const LOOK_EVERY_MS = 10

type Run = ProbeParams<'lane.look'>

/** A run that was released before is only looked at. */
export async function release(run: Run): Promise<RunSeen> {
  await inTurn(run.logs, run.stem, () => letGo(run))
  const until = Date.now() + SEEN_WITHIN_MS
  for (;;) {
    const seen = await look(run)
    const isThere = seen.state === 'held' || seen.state === 'running'
    const isTold = !isThere || seen.logBytes > 0
    if (isTold || Date.now() > until) return seen
    await delay(LOOK_EVERY_MS)
  }
}

async function letGo(run: Run): Promise<void> {
  const { logs, stem } = run
  const { record, state } = await look(run)
  if (record === null || state !== 'held') return
  await replaceRecord(logs, { ...record, isReleasing: true })
  const isHeard = await answerAt(filesOf(logs, stem).gate, 'go', record)
  if (!isHeard) await replaceRecord(logs, record)
}

/** For what starts elsewhere: whoever comes after a crash sees that it may have begun. */
export async function note({ pid, ...run }: ProbeParams<'lane.note'>): Promise<RunSeen> {
  const { logs, stem } = run
  return await inTurn(logs, stem, async () => {
    const { record } = await look(run)
    if (record !== null) {
      const { pid: known, pidStart } = (pid === null ? null : statOf(pid)) ?? record
      await replaceRecord(logs, { ...record, isReleasing: true, pid: known, pidStart })
    }
    return await look(run)
  })
}

/** A run of another ticket is not the one that is asked for. */
export async function look({ logs, stem, ticket = null }: Run): Promise<RunSeen> {
  const read = await readRecord(logs, stem)
  if (read === null || !isOf(read, ticket)) {
    return { record: null, state: 'absent', logBytes: 0, said: '' }
  }
  const files = filesOf(logs, stem)
  const isUnsent = stateOf(read, files.gate) === 'unsent'
  // It may have been let go, and have ended, since its record was read.
  const record = isUnsent ? ((await readRecord(logs, stem)) ?? read) : read
  return {
    record,
    state: stateOf(record, files.gate),
    logBytes: Math.max(0, (await sizeOf(record.log)) - record.logFrom),
    said: (await lastLine(files.stderr)) ?? '',
  }
}

function stateOf(record: RunRecord, gate: string): RunSeen['state'] {
  if (!isSame(record)) return record.isReleasing ? 'ended' : 'unsent'
  return waitsAt(record.pid, gate) ? 'held' : 'running'
}

/** Zero when there is no such file. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )
