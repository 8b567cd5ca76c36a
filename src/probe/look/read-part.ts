/** Reads a bounded part of a file that may be anything: a FIFO, a device, huge, gone. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

export interface Part {
  readonly bytes: Buffer
  /** More was there. */
  readonly isCut: boolean
}

/** At most the first `max` bytes; null when it is no file that can be read. */
export const readStart = (path: string, max: number): Promise<Part | null> => read(path, max, false)

/** At most the last `max` bytes. */
export const readEnd = (path: string, max: number): Promise<Part | null> => read(path, max, true)

async function read(path: string, max: number, fromEnd: boolean): Promise<Part | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const seen = await file.stat()
      if (!seen.isFile()) return null
      const bytes = Buffer.alloc(Math.min(max, seen.size))
      const at = fromEnd ? seen.size - bytes.length : 0
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at)
      return { bytes: bytes.subarray(0, bytesRead), isCut: seen.size > max }
    } finally {
      await file.close()
    }
  } catch {
    // Gone, or not ours to read: there is nothing of it to show.
    return null
  }
}
