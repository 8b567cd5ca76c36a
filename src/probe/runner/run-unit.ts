/** The unit that a run is, told from any other of that name by its main process and invocation. */
import { setTimeout as delay } from 'node:timers/promises'
import { lookAtUnit } from '../../../adapters/systemd/user-systemd.ts'
import type { Identity, RunRecord } from '../../rpc/lane-api.ts'
import { cgroupsOf } from './process-identity.ts'
import { readRecord } from './run-record.ts'

export type RunUnit =
  | { kind: 'unit'; name: string }
  /** It is no unit, or its systemd does not answer: its processes are known by other ties. */
  | { kind: 'none' }
  | { kind: 'refused'; message: string }

export async function unitOf(
  identity: Identity,
  run: { logs: string; stem: string } | null,
): Promise<RunUnit> {
  const record = run && (await readRecord(run.logs, run.stem))
  if (record?.runner.kind !== 'systemd') return { kind: 'none' }
  const { unit: name } = record.runner
  if (record.pid !== identity.pid || record.pidStart !== identity.pidStart) return { kind: 'none' }
  const look = await lookAtUnit(name)
  if (look.kind === 'silent') return { kind: 'none' }
  const { mainPid, invocation } = look.unit
  if (mainPid !== record.pid || invocation !== record.invocation) {
    const message = `${name} is not the run of process ${record.pid} any more: nothing is signalled`
    return { kind: 'refused', message }
  }
  if (isInUnit(process.pid, name)) {
    return { kind: 'refused', message: `this connection itself runs in ${name}` }
  }
  return { kind: 'unit', name }
}

const GONE_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 20

/** Waits until a run that was taken back has left its unit's name free for the next. */
export async function unitIsGone({ runner }: RunRecord): Promise<void> {
  if (runner.kind !== 'systemd') return
  for (const until = Date.now() + GONE_WITHIN_MS; Date.now() < until; ) {
    const look = await lookAtUnit(runner.unit)
    if (look.kind === 'silent' || !look.unit.isLoaded) return
    await delay(LOOK_EVERY_MS)
  }
}

export const isInUnit = (pid: number, name: string): boolean =>
  cgroupsOf(pid).some(path => path.split('/').includes(name))
