/** git's packet lines: four hexadecimal digits of length, then the payload; `0000` is a pause. */
import type { RefUpdate } from './rules.ts'

const FLUSH = Buffer.from('0000')

export const packet = (payload: Buffer | string): Buffer => {
  const bytes = Buffer.from(payload)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** Packets up to the end of `bytes`, or to the first that is none; null is a pause. */
export function packets(bytes: Buffer): (Buffer | null)[] {
  const found: (Buffer | null)[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
    if (length === 0) found.push(null)
    else if (length >= 4) found.push(bytes.subarray(at + 4, at + length))
    else break
    at += Math.max(4, length)
  }
  return found
}

const NONE = /^0+$/

/** The updates that a push asks for: what stands before its pack. */
export function updatesOf(body: Buffer): RefUpdate[] {
  const updates: RefUpdate[] = []
  for (let at = 0; at + 4 <= body.length; ) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16)
    if (!(length > 4)) break
    const line = body.toString('utf8', at + 4, at + length)
    const [, from = '', to = '', ref = ''] =
      /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line) ?? []
    if (ref !== '') {
      updates.push({ ref, from: NONE.test(from) ? null : from, to: NONE.test(to) ? null : to })
    }
    at += length
  }
  return updates
}

const OWN_WORDS = 'hook declined'
const BAND_DATA = 1
const LONGEST = 65_000

/** GitHub names the hook that declined; git itself does not. The report is in the first band. */
export function nameTheHook(answer: Buffer): Buffer {
  const all = packets(answer)
  const report = Buffer.concat(
    all.flatMap(one => (one?.[0] === BAND_DATA ? [one.subarray(1)] : [])),
  )
  if (!report.includes(OWN_WORDS)) return answer
  const renamed = packets(report).map(one => {
    if (one === null) return FLUSH
    const text = one.toString('utf8')
    return packet(
      text.startsWith('ng ') ? text.replace(OWN_WORDS, `protected branch ${OWN_WORDS}`) : one,
    )
  })
  const told = Buffer.concat(renamed)
  if (told.length > LONGEST) return answer
  const others = all.flatMap(one => (one && one[0] !== BAND_DATA ? [packet(one)] : []))
  return Buffer.concat([...others, packet(Buffer.concat([Buffer.from([BAND_DATA]), told])), FLUSH])
}
