/** Reads a window of a lane's file for the detail view: whole lines, bounded, by byte offsets. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { LogWindow } from '../../rpc/hub-api.ts'

const MOST_BYTES = 2 ** 20
const NEWLINE = 10

/**
 * The whole lines from byte `from`, or in the last `max` bytes when `from` is null. The next
 * window begins at `to`. A line longer than the window comes in pieces, so that reading goes on.
 * Rejects when the file cannot be read.
 */
export async function readWindow(
  path: string,
  from: number | null,
  max: number,
): Promise<LogWindow> {
  const most = Math.min(Math.max(1, Math.trunc(max)), MOST_BYTES)
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { size } = await file.stat()
    // A window that begins behind the end is of a file that was cut since: show its end.
    const atEnd = from === null || from > size
    const start = atEnd ? Math.max(0, size - most) : Math.max(0, from)
    const bytes = await readAt(file, start, Math.min(most, size - start))
    const inside = atEnd && start > 0 && (await readAt(file, start - 1, 1))[0] !== NEWLINE
    const first = inside ? bytes.indexOf(NEWLINE) + 1 : 0
    const end = bytes.lastIndexOf(NEWLINE) + 1
    const cut = (a: number, b: number, lines: string[]): LogWindow => ({
      path,
      from: start + a,
      to: start + b,
      size,
      lines,
    })
    if (end > first) return cut(first, end, bytes.toString('utf8', first, end - 1).split('\n'))
    if (end === 0 && bytes.length === most) return cut(0, most, [bytes.toString()])
    return cut(first, first, [])
  } finally {
    await file.close()
  }
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  const { bytesRead } = await file.read(buffer, 0, bytes, at)
  return buffer.subarray(0, bytesRead)
}
