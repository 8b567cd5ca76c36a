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

const BAND_REPORT = 1
const BAND_WORDS = 2
const LONGEST = 65_000

/**
 * GitHub's report names the hook that declined, and where a branch was that another push moved
 * meanwhile; git's own report has plainer words, and tells the rest beside it.
 */
export function reportAsGithub(answer: Buffer): Buffer {
  const all = packets(answer)
  const ofBand = (band: number) =>
    Buffer.concat(all.flatMap(one => (one?.[0] === band ? [one.subarray(1)] : [])))
  const report = packets(ofBand(BAND_REPORT))
  const words = ofBand(BAND_WORDS).toString('utf8')
  const told = Buffer.concat(
    report.map(one => (one === null ? FLUSH : packet(reasonOf(one.toString('utf8'), words)))),
  )
  if (!report.some(one => one?.toString('utf8').startsWith('ng ')) || told.length > LONGEST) {
    return answer
  }
  const others = all.flatMap(one => (one && one[0] !== BAND_REPORT ? [packet(one)] : []))
  const banded = packet(Buffer.concat([Buffer.from([BAND_REPORT]), told]))
  return Buffer.concat([...others, banded, FLUSH])
}

/** One line of a report: `ng <ref> <reason>` is the one that is refused. */
function reasonOf(line: string, words: string): string {
  const [, ref, reason] = /^ng (\S+) (.*)\n?$/.exec(line) ?? []
  if (ref === undefined) return line
  if (reason === 'hook declined') return `ng ${ref} protected branch hook declined\n`
  const lock = words.split('\n').find(word => word.includes(`cannot lock ref '${ref}'`))
  return lock === undefined ? line : `ng ${ref} ${lock.replace(/^error: /, '').trim()}\n`
}
