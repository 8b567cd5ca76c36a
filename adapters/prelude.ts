/**
 * Separates what the guard says on stderr (`TOKEN WORD …`, up to `TOKEN go`) from what anything
 * else writes there: start-up files of the shell before it, the command after it.
 */

/** Longer than any line of the guard's. */
const LONGEST_LINE = 8_192

export interface Said {
  word: string
  text: string
}

export interface Prelude {
  /** Takes a piece of stderr; returns what the guard said in it, and the bytes of others. */
  push(chunk: Buffer): { said: Said[]; rest: Buffer }
  /** Whether the command itself began. */
  readonly gone: boolean
}

export function newPrelude(token: string): Prelude {
  let gone = false
  let pending: Buffer = Buffer.alloc(0)
  return {
    get gone() {
      return gone
    },
    push(chunk) {
      const said: Said[] = []
      const rest: Buffer[] = []
      pending = Buffer.concat([pending, chunk])
      while (!gone) {
        const start = pending.indexOf(token)
        if (start === -1) {
          const kept = pending.length - Math.min(pending.length, token.length - 1)
          rest.push(pending.subarray(0, kept))
          pending = pending.subarray(kept)
          return { said, rest: Buffer.concat(rest) }
        }
        rest.push(pending.subarray(0, start))
        pending = pending.subarray(start)
        const end = pending.indexOf('\n')
        if (end === -1 && pending.length < LONGEST_LINE) return { said, rest: Buffer.concat(rest) }
        const line = pending.toString('utf8', token.length, end === -1 ? LONGEST_LINE : end).trim()
        pending = pending.subarray(end === -1 ? LONGEST_LINE : end + 1)
        const [word = ''] = line.split(' ', 1)
        said.push({ word, text: line.slice(word.length).trim() })
        gone = word === 'go'
      }
      rest.push(pending)
      pending = Buffer.alloc(0)
      return { said, rest: Buffer.concat(rest) }
    },
  }
}
