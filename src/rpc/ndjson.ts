/** Newline-delimited JSON over a byte stream: one message a line, both ways. */
import type { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** A line longer than this is an attack or a defect: the stream is given up. */
const MAX_LINE = 32 * 1024 * 1024

export type LineFault = 'too-long'

/** Calls `onLine` for each whole line of `input`; an unfinished last line is dropped. */
export function readLines(
  input: Readable,
  onLine: (line: string) => void,
  onFault: (fault: LineFault) => void,
): void {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let held = 0
  input.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk)
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      parts.push(text.slice(from, end))
      const line = parts.join('')
      parts = []
      held = 0
      from = end + 1
      if (line !== '') onLine(line)
    }
    if (from === text.length) return
    parts.push(text.slice(from))
    held += text.length - from
    if (held > MAX_LINE) {
      parts = []
      held = 0
      onFault('too-long')
    }
  })
}

/** Writes one message; false when the reader lags and the caller should wait for `drain`. */
export const writeLine = (output: Writable, message: unknown): boolean =>
  output.writable && output.write(`${JSON.stringify(message)}\n`)
