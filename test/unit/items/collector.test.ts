import { execFileSync } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { itemsCollector } from '../../../adapters/items/collector.ts'
import { MOST_ITEMS, parseItems } from '../../../adapters/items/lines.ts'
import { eventually } from '../../setup/eventually.ts'
import { scratch } from '../../setup/scratch.ts'

const line = (value: object): string => `${JSON.stringify(value)}\n`
const one = { goal: 'tests', id: '1', title: 'Tests of the ledger' }
const idle = new AbortController().signal

describe('lines of an items file', () => {
  it('fills in what a line leaves out, and lets keys of others be', () => {
    expect(parseItems(line({ ...one, colour: 'blue' }))).toEqual({
      items: [
        {
          ...one,
          brief: null,
          repo: null,
          engine: 'codex',
          model: null,
          account: null,
          priority: 0,
          ready: true,
        },
      ],
      bad: [],
    })
  })

  it.each([
    ['no JSON', '{"goal":"tests"', /^is no JSON$/],
    ['no object', '[]', /^the line: /],
    ['no goal', line({ id: '1', title: 'x' }), /^goal: /],
    [
      'a goal that could hide in a path',
      line({ ...one, goal: '../etc' }),
      /^goal: a goal is words/,
    ],
    ['a goal that could be taken for another lane', line({ ...one, goal: 'a--b' }), /^goal: /],
    ['a name too long for its lane', line({ ...one, id: 'x'.repeat(36) }), /^id: /],
    ['an id that is a number', line({ ...one, id: 7 }), /^id: /],
    ['an empty title', line({ ...one, title: ' ' }), /^title: /],
    ['an engine that nobody knows', line({ ...one, engine: 'abacus' }), /^engine: /],
    ['a line that has no end', line({ ...one, title: 'x'.repeat(20_000) }), /^longer than 16384/],
  ])('[B09] %s is left out with its number and why, and the others stay', (_what, bad, why) => {
    const read = parseItems(`${line(one)}\n${bad.trimEnd()}\n${line({ ...one, id: '2' })}`)
    expect(read.items.map(({ id }) => id)).toEqual(['1', '2'])
    expect(read.bad).toEqual([{ line: 3, why: expect.stringMatching(why) }])
  })

  it('an item stands once, and no more are taken than can be planned', () => {
    expect(parseItems(line(one) + line(one)).bad).toEqual([
      { line: 2, why: 'tests/1 stands above already' },
    ])
    const many = Array.from({ length: MOST_ITEMS + 2 }, (_, id) => line({ ...one, id: `i${id}` }))
    const read = parseItems(many.join(''))
    expect(read.items).toHaveLength(MOST_ITEMS)
    expect(read.bad).toHaveLength(2)
  })
})

describe('the items collector', () => {
  const collectorIn = (home: string) => itemsCollector('~/items.jsonl', { now: () => 5, home })

  it('reads facts under goal and id, and tells what it left out', async () => {
    const home = scratch()
    const bad = Array.from({ length: 5 }, () => 'x\n').join('')
    await writeFile(join(home, 'items.jsonl'), line(one) + bad)
    const look = await collectorIn(home).look(null, idle)
    expect(look).toMatchObject({
      state: 'ok',
      extent: 'all',
      drafts: [{ kind: 'item', key: 'tests/1', at: 5, value: one }],
    })
    expect(look.message).toMatch(
      /^5 lines were left out: .*items\.jsonl:2: is no JSON; .*; 2 more$/,
    )
  })

  it('an unfinished file, a missing one, a pipe and a huge one are failures with a name', async () => {
    const home = scratch()
    const path = join(home, 'items.jsonl')
    expect(await collectorIn(home).look(null, idle)).toMatchObject({ state: 'absent' })
    execFileSync('mkfifo', [path])
    expect(await collectorIn(home).look(null, idle)).toMatchObject({
      state: 'error',
      message: expect.stringContaining('EINVAL'),
    })
    const huge = join(home, 'huge')
    await writeFile(huge, Buffer.alloc(4 * 2 ** 20 + 1))
    await rename(huge, path)
    expect(await collectorIn(home).look(null, idle)).toMatchObject({
      state: 'error',
      message: expect.stringContaining('EFBIG'),
    })
  })

  it('hears of a file that is replaced', async () => {
    const home = scratch()
    const stop = new AbortController()
    const heard: string[] = []
    void collectorIn(home).watch?.(hint => void heard.push(hint), stop.signal)
    await writeFile(join(home, 'new'), line(one))
    await rename(join(home, 'new'), join(home, 'items.jsonl'))
    await eventually('the poke', () => heard.includes(join(home, 'items.jsonl')))
    stop.abort()
  })
})
