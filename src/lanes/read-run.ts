/** Reads one file of a run from end to end, in memory that does not depend on its size. */
import { open } from 'node:fs/promises'
import { type LaneFormat, type LaneLog, NOTHING_READ, readLine } from '../../adapters/lane-log.ts'
import { LineSplitter } from '../../adapters/line-splitter.ts'
import type { Instant } from '../../state/facts.ts'
import { LANE_FORMATS } from './engines.ts'

export type RunRead =
  | { ok: true; format: LaneFormat; log: LaneLog; modifiedAt: Instant }
  /** What, where, why, and the mend, in one line. */
  | { ok: false; message: string }

const CHUNK_BYTES = 256 * 1_024
const MEND = 'give the output of `codex exec --json` or of `claude -p --output-format stream-json`'

const CODES = new Map([
  ['ENOENT', 'there is no such file: check the path'],
  ['EACCES', 'it may not be read: check its permissions'],
  ['EISDIR', `it is a directory: ${MEND}`],
])

export async function readRun(path: string): Promise<RunRead> {
  try {
    return await read(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = CODES.get(code) ?? `it cannot be read (${code || String(error)})`
    return { ok: false, message: `cannot explain ${path}: ${why}` }
  }
}

async function read(path: string): Promise<RunRead> {
  const no = (why: string): RunRead => ({ ok: false, message: `cannot explain ${path}: ${why}` })
  const file = await open(path)
  try {
    const { mtimeMs } = await file.stat()
    const splitter = new LineSplitter()
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    let reading = NOTHING_READ
    let total = 0
    // No proof of anything yet: a log that was truncated under its writer begins with zeros.
    let hasZeros = false
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES)
      const chunk = buffer.subarray(0, bytesRead)
      if (total === 0) hasZeros = chunk.includes(0)
      total += bytesRead
      const lines = bytesRead === 0 ? splitter.end() : splitter.push(chunk)
      for (const line of lines) reading = readLine(reading, line, LANE_FORMATS)
      if (bytesRead === 0) break
    }
    if (total === 0) return no('it is empty: what the engine said is on its stderr')
    const { format, log } = reading
    if (format) return { ok: true, format, log, modifiedAt: Math.max(0, Math.round(mtimeMs)) }
    if (hasZeros) return no(`it is binary, not JSON lines: ${MEND}`)
    return no(`none of its ${log.lines} lines is of Codex or Claude: ${MEND}`)
  } finally {
    await file.close()
  }
}
