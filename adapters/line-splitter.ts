/**
 * Cuts a byte stream into lines within bounded memory. A line that is longer than the limit is
 * handed out as its two ends; an unfinished last line is kept until it ends.
 */

export type Line =
  | { kind: 'line'; text: string }
  /** Longer than the limit: the first and last bytes of it, and how long it was. */
  | { kind: 'long'; head: string; tail: string; bytes: number }

/** Command output inside a line may take a MiB, and JSON escapes multiply it. */
const LINE_LIMIT = 4 * 2 ** 20
const END_BYTES = 4_096
const NEWLINE = 10

export class LineSplitter {
  readonly #limit: number
  #parts: Buffer[] = []
  #bytes = 0

  constructor(limit = LINE_LIMIT) {
    this.#limit = limit
  }

  /** Bytes of the unfinished line so far. */
  get pending(): number {
    return this.#bytes
  }

  /** Whether the unfinished line is over the limit already, so that most of it is dropped. */
  get overlong(): boolean {
    return this.#bytes > this.#limit
  }

  /** The lines that `chunk` finishes. The chunk may be reused by the caller afterwards. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let from = 0
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from)
      if (end === -1) break
      this.#keep(chunk.subarray(from, end))
      lines.push(this.#take())
      from = end + 1
    }
    // A view of the caller's buffer must not outlive this call.
    if (from < chunk.length) this.#keep(Buffer.from(chunk.subarray(from)))
    return lines
  }

  /** The unfinished line, for a stream that is over. */
  end(): Line[] {
    return this.#bytes === 0 ? [] : [this.#take()]
  }

  /** Forgets the unfinished line. */
  drop(): void {
    this.#parts = []
    this.#bytes = 0
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length
    this.#parts.push(part)
    if (!this.overlong) return
    const all = Buffer.concat(this.#parts)
    const ends = [
      all.subarray(0, END_BYTES),
      all.subarray(Math.max(END_BYTES, all.length - END_BYTES)),
    ]
    this.#parts = [Buffer.concat(ends)]
  }

  #take(): Line {
    const all = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
    const text = all?.toString() ?? ''
    const line: Line = this.overlong
      ? {
          kind: 'long',
          head: text.slice(0, END_BYTES),
          tail: text.slice(-END_BYTES),
          bytes: this.#bytes,
        }
      : { kind: 'line', text }
    this.drop()
    return line
  }
}
