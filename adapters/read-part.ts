/**
 * Reads a bounded part of a file that may be anything: a pipe, whose writer would be waited for, a
 * device, huge, growing, gone. Each rejects with a file system error: EINVAL for what is no regular
 * file.
 */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

export interface Part {
  readonly bytes: Buffer
  /** Of the whole file. */
  readonly size: number
  /** When it was last written: ms since 1970. */
  readonly mtimeMs: number
  /** More was there. */
  readonly isCut: boolean
}

/** At most the first `max` bytes. */
export const readStart = (path: string, max: number): Promise<Part> => read(path, max, 'start')

/** At most the last `max` bytes. */
export const readEnd = (path: string, max: number): Promise<Part> => read(path, max, 'end')

/** Rejects with EFBIG too when it is longer than `max` bytes. */
export async function readWhole(path: string, max: number): Promise<Buffer> {
  const { bytes, isCut } = await readStart(path, max)
  if (isCut) throw fault('EFBIG', `${path} is longer than ${max} bytes`)
  return bytes
}

/** The whole lines within the last `max` bytes: the first may be cut there, the last unfinished. */
export async function readLastLines(path: string, max: number): Promise<string[]> {
  const { bytes, isCut } = await readEnd(path, max)
  return bytes
    .toString('utf8')
    .split('\n')
    .slice(isCut ? 1 : 0, -1)
}

const TAIL_BYTES = 4_096
const LONGEST_LINE = 300

/** The last line that says anything, cut to 300 characters; null when none does, or none is there. */
export async function lastLine(path: string): Promise<string | null> {
  // One that vanished or became a directory in between has nothing to say.
  const tail = await readEnd(path, TAIL_BYTES).catch(() => null)
  const lines = tail?.bytes.toString('utf8').split(/[\r\n]+/) ?? []
  const last = lines.map(line => line.trim()).findLast(line => line !== '')
  return last?.slice(0, LONGEST_LINE) ?? null
}

async function read(path: string, max: number, from: 'start' | 'end'): Promise<Part> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const seen = await file.stat()
    if (!seen.isFile()) throw fault('EINVAL', `${path} is no file`)
    const { size, mtimeMs } = seen
    const bytes = Buffer.alloc(Math.min(max, size))
    const at = from === 'end' ? size - bytes.length : 0
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at)
    return { bytes: bytes.subarray(0, bytesRead), size, mtimeMs, isCut: size > max }
  } finally {
    await file.close()
  }
}

const fault = (code: string, message: string): Error => Object.assign(new Error(message), { code })
