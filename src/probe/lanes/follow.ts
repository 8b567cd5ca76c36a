/**
 * Follows one file of a lane: reads only what grew, notices when it was truncated or replaced,
 * and keeps no bytes of it between looks.
 */
import { constants } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { codeOf, isAbsence } from '../../../adapters/glob.ts'
import { type LaneReading, NOTHING_READ, readLine } from '../../../adapters/lane-log.ts'
import { LineSplitter } from '../../../adapters/line-splitter.ts'
import type { Instant } from '../../../state/facts.ts'
import { LANE_FORMATS } from '../../lanes/engines.ts'

export interface Follower {
  readonly path: string
  /** The path as the process table shows it. */
  readonly realPath: string
  readonly reading: LaneReading
  readonly size: number
  readonly modifiedAt: Instant
  readonly bornAt: Instant | null
  /** Reads what is new. Never rejects. */
  catchUp(now: Instant): Promise<FileState>
}
export type FileState = 'grown' | 'same' | 'gone' | 'denied'

const CHUNK_BYTES = 256 * 1_024
const MARK_BYTES = 256

/** What is read at once of a file that has grown by more than `most`: its two ends. */
interface Portion {
  most: number
  head: number
  tail: number
}
const FRESH: Portion = { most: 8 * 2 ** 20, head: 256 * 1_024, tail: 2 ** 20 }
const OLD: Portion = { most: 512 * 1_024, head: 64 * 1_024, tail: 128 * 1_024 }
const OLD_MS = 3_600_000

export function followFile(path: string): Follower {
  const splitter = new LineSplitter()
  let reading: LaneReading = NOTHING_READ
  let realPath = path
  let offset = 0
  let size = 0
  let modifiedMs = 0
  let bornMs = 0
  let inode = 0
  /** The first bytes: another run that reused the name has other ones. */
  let mark = Buffer.alloc(0)
  let midLine = false

  function restart() {
    splitter.drop()
    reading = NOTHING_READ
    offset = 0
    midLine = false
    mark = Buffer.alloc(0)
  }

  function feed(chunk: Buffer) {
    const start = midLine ? chunk.indexOf(10) + 1 : 0
    if (midLine && start === 0) return
    midLine = false
    for (const line of splitter.push(chunk.subarray(start))) {
      reading = readLine(reading, line, LANE_FORMATS)
    }
  }

  async function readTo(file: FileHandle, end: number, buffer: Buffer) {
    while (offset < end) {
      const want = Math.min(buffer.length, end - offset)
      const { bytesRead } = await file.read(buffer, 0, want, offset)
      if (bytesRead === 0) return
      offset += bytesRead
      feed(buffer.subarray(0, bytesRead))
    }
  }

  /** Too much at once: the head tells who it is, the tail how it stands. */
  async function readEnds(file: FileHandle, { head, tail }: Portion, buffer: Buffer) {
    if (offset === 0) await readTo(file, head, buffer)
    const next = size - tail
    splitter.drop()
    midLine = true
    const passedOver = reading.log.passedOver + next - offset
    reading = { ...reading, log: { ...reading.log, passedOver, open: [], waiting: null } }
    offset = next
    await readTo(file, size, buffer)
  }

  async function read(file: FileHandle, portion: Portion) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(MARK_BYTES, size)))
    const { bytesRead } = await file.read(buffer, 0, MARK_BYTES, 0)
    const first = Buffer.from(buffer.subarray(0, Math.min(bytesRead, MARK_BYTES)))
    if (!first.subarray(0, mark.length).equals(mark)) restart()
    mark = first
    if (size - offset > portion.most) await readEnds(file, portion, buffer)
    else await readTo(file, size, buffer)
    // An unfinished line is read again when it has ended, unless it is too long to be kept.
    if (!splitter.overlong) {
      offset -= splitter.pending
      splitter.drop()
    }
  }

  async function catchUp(now: Instant): Promise<FileState> {
    try {
      const seen = await stat(path)
      if (!seen.isFile()) return 'gone'
      if (seen.ino === inode && seen.size === size && seen.mtimeMs === modifiedMs) return 'same'
      if (seen.ino !== inode || seen.size < offset) {
        restart()
        realPath = await realpath(path)
      }
      // A file that became a pipe must not hang the look.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        // Only now: one that may not be read is tried again, and counts as empty until then.
        ;({ size, ino: inode, mtimeMs: modifiedMs, birthtimeMs: bornMs } = seen)
        await read(file, now - modifiedMs > OLD_MS ? OLD : FRESH)
      } finally {
        await file.close()
      }
      return 'grown'
    } catch (error) {
      return isAbsence(codeOf(error)) ? 'gone' : 'denied'
    }
  }

  return {
    path,
    catchUp,
    get realPath() {
      return realPath
    },
    get reading() {
      return reading
    },
    get size() {
      return size
    },
    get modifiedAt() {
      return Math.max(0, Math.round(modifiedMs))
    },
    get bornAt() {
      return bornMs > 0 ? Math.round(bornMs) : null
    },
  }
}
