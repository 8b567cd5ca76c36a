/**
 * Ink's buffer of one frame, made for screens of whole lines. Ink takes every line apart into
 * cells and puts them together again, each frame, changed or not: most of the time from a key to
 * its picture. Our lines fill the screen's width and nothing overlaps them, so they pass as they
 * are; any other frame (Ink's own account of a crash, say) goes Ink's way.
 * `.config/line-output.ts` puts it in Ink's place.
 */
import Output from '../../node_modules/ink/build/output.js'

type Written = Parameters<Output['write']>

export default class LineOutput extends Output {
  readonly #lines: string[] = []
  #isPlain = true

  override write(...written: Written): void {
    super.write(...written)
    const [x, y, text, { transformers }] = written
    if (x !== 0 || this.#lines[y] !== undefined || text.includes('\n')) this.#isPlain = false
    else this.#lines[y] = transformers.reduce((line, transform) => transform(line, 0), text)
  }

  override clip(...clip: Parameters<Output['clip']>): void {
    super.clip(...clip)
    this.#isPlain = false
  }

  override get(): ReturnType<Output['get']> {
    if (!this.#isPlain) return super.get()
    const { height } = this
    const lines = Array.from({ length: height }, (_, y) => (this.#lines[y] ?? '').trimEnd())
    return { output: lines.join('\n'), height }
  }
}
