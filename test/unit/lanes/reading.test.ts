import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_LOG, NOTHING_READ, readLine, skippedLines } from '../../../adapters/lane-log.ts'
import { LineSplitter } from '../../../adapters/line-splitter.ts'
import { LANE_FORMATS } from '../../../src/lanes/engines.ts'
import { fixtureText, readChunks, readText } from './lane-cases.ts'

const NAMES = [
  'codex/ok',
  'codex/patch',
  'codex/sigint_native.rollout',
  'claude/ok',
  'claude/ok.transcript',
]

/** Cuts at any byte: inside lines, and inside characters. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [
    0,
    ...places.map(place => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

describe('reading in chunks', () => {
  it.each(NAMES)('[B05] %s comes to the same however it is cut', name => {
    const bytes = Buffer.from(fixtureText(name))
    const whole = readChunks([bytes])
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), places => {
        expect(readChunks(cutAt(bytes, places))).toEqual(whole)
      }),
      { numRuns: 60 },
    )
  })

  it.each(NAMES)(
    '[B05] %s cut anywhere is a beginning of it: the last line waits for its end',
    name => {
      const text = fixtureText(name)
      const bytes = Buffer.from(text)
      fc.assert(
        fc.property(fc.nat(bytes.length), end => {
          const { log } = readChunks([bytes.subarray(0, end)])
          const lines = bytes.subarray(0, end).toString().split('\n').length - 1
          expect(log.lines).toBe(lines)
          expect(log.skipped).toEqual({})
        }),
        { numRuns: 60 },
      )
    },
  )

  it('does not keep the buffer that it was given', () => {
    const splitter = new LineSplitter()
    const buffer = Buffer.from('{"a":1')
    splitter.push(buffer)
    buffer.fill(0)
    expect(splitter.push(Buffer.from('}\n'))).toEqual([{ kind: 'line', text: '{"a":1}' }])
  })
})

describe('what cannot be read', () => {
  const start = fixtureText('codex/ok').split('\n').slice(0, 5).join('\n')

  it('[B05] is counted under its name, and what follows is read', () => {
    const { log } = readText(
      [
        start,
        'plain text from somebody else',
        '{"type":"item.completed","item":{"id":"item_7","type":"hologram"}}',
        '{"type":"item.comp',
        '[1,2]',
        '{"type":7}',
        '{"type":"item.started","item":[]}',
        '{"type":"turn.paused"}',
        '{"type":"item.completed","item":{"id":"item_3","type":"web_search","id":"ws_1","query":"q"}}',
        '',
        fixtureText('codex/ok').split('\n').slice(5).join('\n'),
      ].join('\n'),
    )
    expect(log.skipped).toEqual({
      'not a JSON object': 3,
      'malformed line without a type': 1,
      'malformed item.started': 1,
    })
    expect(log.unknown).toEqual({ 'item hologram': 1, 'turn.paused': 1 })
    expect(log).toMatchObject({ turn: { kind: 'completed' }, lastExit: 0, lines: 16 })
  })

  const TYPES = (
    'thread.started turn.completed turn.failed error item.started item.completed system assistant ' +
    'user result rate_limit_event session_meta event_msg response_item turn_context constructor ' +
    '__proto__ toString'
  ).split(' ')
  const types = fc.constantFrom(...TYPES)
  const wild = fc.anything({
    maxDepth: 4,
    key: fc.oneof(
      types,
      fc.constantFrom(
        'type',
        'item',
        'id',
        'message',
        'content',
        'payload',
        'usage',
        'error',
        '__proto__',
      ),
    ),
  })
  const nearly = fc
    .record({
      type: types,
      item: wild,
      payload: wild,
      message: wild,
      error: wild,
      usage: wild,
      session_id: fc.string(),
      timestamp: wild,
    })
    .map(each => JSON.stringify(each) ?? '')
  const garbage = fc.oneof(fc.string(), fc.json(), nearly)

  it.each(NAMES)('[O08] %s: garbage never throws, and every line of it is counted', name => {
    const before = readText(fixtureText(name))
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 30 }), texts => {
        let reading = before
        let given = before.log.lines
        for (const text of texts) {
          reading = readLine(reading, { kind: 'line', text }, LANE_FORMATS)
          if (text.trim() !== '') given += 1
        }
        expect(reading.log.lines).toBe(given)
        expect(Object.keys(reading.log.unknown).length).toBeLessThanOrEqual(17)
      }),
      { numRuns: 200 },
    )
  })

  it('[O08] of a name from a prototype is counted as any other', () => {
    let reading = readText(`${start}\n`)
    for (const type of ['constructor', '__proto__', 'constructor']) {
      reading = readLine(reading, { kind: 'line', text: `{"type":"${type}"}` }, LANE_FORMATS)
    }
    expect(Object.entries(reading.log.unknown)).toEqual([
      ['constructor', 2],
      ['__proto__', 1],
    ])
  })

  it('of no format at all leaves the reader as it was', () => {
    const reading = readLine(NOTHING_READ, { kind: 'line', text: '{"type":"novel"}' }, LANE_FORMATS)
    expect(reading).toEqual({
      format: null,
      log: { ...EMPTY_LOG, lines: 1, skipped: { 'of no known format': 1 } },
    })
  })
})

describe('overlong lines', () => {
  const started =
    '{"type":"item.started","item":{"id":"item_4","type":"command_execution","command":"cat big","status":"in_progress"}}\n'
  const ended = (bytes: number) =>
    `{"type":"item.completed","item":{"id":"item_4","type":"command_execution","command":"cat big","aggregated_output":"${'x'.repeat(bytes)}","exit_code":0,"status":"completed"}}\n`

  it('[O08] of 10 MB is skipped, counted, and still ends the command that it names', () => {
    const head = `${fixtureText('codex/ok').split('\n').slice(0, 2).join('\n')}\n`
    const { log } = readText(`${head}${started}${ended(10 * 2 ** 20)}`)
    expect(log.skipped).toEqual({ 'too long': 1 })
    expect(skippedLines(log)).toBe(1)
    expect(log).toMatchObject({ open: [], lastCommand: 'cat big', lastExit: null })
  })

  it('[O08] keeps only the two ends of it while it comes', () => {
    const splitter = new LineSplitter(64 * 1_024)
    const chunk = Buffer.alloc(1_024, 'x')
    for (let sent = 0; sent < 4_096; sent += 1) expect(splitter.push(chunk)).toEqual([])
    expect(splitter.overlong).toBe(true)
    const [line] = splitter.push(Buffer.from('end\nnext\n'))
    expect(line).toMatchObject({ kind: 'long', bytes: 4_096 * 1_024 + 3 })
    if (line?.kind !== 'long') throw new Error('not long')
    expect(line.head.length).toBeLessThanOrEqual(4_096)
    expect(line.tail.length).toBeLessThanOrEqual(4_096)
    expect(line.tail).toMatch(/xend$/)
  })

  it('reads a large output below the limit whole', () => {
    const head = `${fixtureText('codex/ok').split('\n').slice(0, 2).join('\n')}\n`
    expect(readText(`${head}${started}${ended(2 ** 20)}`).log).toMatchObject({
      skipped: {},
      lastExit: 0,
    })
  })
})
