import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWindow } from '../../../src/probe/lanes/window.ts'

let dir = ''
let path = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'window-'))
  path = join(dir, 'log')
})
afterAll(async () => await rm(dir, { recursive: true }))

describe('windows of a log', () => {
  const lines = fc.array(fc.stringMatching(/^[a-zé]{0,30}$/), { minLength: 1, maxLength: 40 })

  it('put together are the log, whatever their size', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 64, max: 200 }), async (written, max) => {
        await writeFile(path, `${written.join('\n')}\nunfinished`)
        const read: string[] = []
        let from = 0
        for (;;) {
          const window = await readWindow(path, from, max)
          if (window.to === from) break
          read.push(...window.lines)
          from = window.to
        }
        expect(read).toEqual(written)
      }),
      { numRuns: 50 },
    )
  })

  it('from the end hold the last whole lines', async () => {
    await writeFile(path, 'one\ntwo\nthree\nfour\nhal')
    expect(await readWindow(path, null, 12)).toEqual({
      path,
      from: 14,
      to: 19,
      size: 22,
      lines: ['four'],
    })
    expect((await readWindow(path, null, 14)).lines).toEqual(['three', 'four'])
    expect((await readWindow(path, null, 1_000)).lines).toEqual(['one', 'two', 'three', 'four'])
  })

  it('go on through a line that is longer than they are', async () => {
    await writeFile(path, `${'x'.repeat(100)}\nnext\n`)
    const first = await readWindow(path, 0, 40)
    expect(first).toMatchObject({ from: 0, to: 40, lines: ['x'.repeat(40)] })
    const second = await readWindow(path, 80, 40)
    expect(second).toMatchObject({ to: 106, lines: ['x'.repeat(20), 'next'] })
  })

  it('of a log that was cut since show its end', async () => {
    await writeFile(path, 'new\n')
    expect(await readWindow(path, 5_000, 100)).toMatchObject({ from: 0, to: 4, lines: ['new'] })
    await writeFile(path, '')
    expect(await readWindow(path, null, 100)).toMatchObject({ size: 0, to: 0, lines: [] })
  })

  it('reject what cannot be read', async () => {
    await expect(readWindow(join(dir, 'gone'), 0, 10)).rejects.toThrow(/ENOENT/)
  })
})
