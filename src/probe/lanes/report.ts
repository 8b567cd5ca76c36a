/** The report that a lane was asked for. Only one that was written in the lane's own time counts. */
import { resolve } from 'node:path'
import { readStart } from '../../../adapters/read-part.ts'
import type { Evidence, Instant, ReportSeen } from '../../../state/facts.ts'

/** What is read of a report: claims stand in its beginning. */
const READ_BYTES = 65_536
/** The last write may fall behind the last line of the log. */
const SLACK_MS = 5_000

export interface Report {
  seen: ReportSeen
  at: Instant | null
  /** Its beginning; empty unless it is `seen`. */
  text: string
}

interface Time {
  cwd: string
  startedAt: Instant
  endedAt: Instant
}

/** `path` as the brief names it, relative to the lane's directory. */
export async function seeReport(path: string, { cwd, startedAt, endedAt }: Time): Promise<Report> {
  const whole = resolve(cwd, path)
  const found = await readStart(whole, READ_BYTES).catch(() => null)
  if (found === null) return { seen: { path: whole, state: 'absent' }, at: null, text: '' }
  const at = Math.max(0, Math.round(found.mtimeMs))
  const state = stateOf(at, found.size, startedAt, endedAt)
  return { seen: { path: whole, state }, at, text: state === 'seen' ? found.bytes.toString() : '' }
}

function stateOf(at: Instant, size: number, startedAt: Instant, endedAt: Instant) {
  if (at < startedAt) return 'old' as const
  if (at > endedAt + SLACK_MS) return 'later' as const
  return size === 0 ? ('empty' as const) : ('seen' as const)
}

export const reportEvidence = ({ seen, at }: Report): Evidence[] =>
  seen.state === 'seen' ? [{ kind: 'report', ref: seen.path, at }] : []
