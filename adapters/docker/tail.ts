/** Keeps the end of what is written into it, and no more. */
import { Writable } from 'node:stream'

const KEPT = 8_192

export function newTail(): Writable & { text(): string } {
  let kept = Buffer.alloc(0)
  const tail = new Writable({
    write(chunk: Buffer, _encoding, done) {
      kept = Buffer.from(Buffer.concat([kept, chunk]).subarray(-KEPT))
      done()
    },
  })
  return Object.assign(tail, { text: () => kept.toString('utf8') })
}
