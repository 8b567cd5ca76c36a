import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { graceMs, lookForEffect } from '../../../adapters/effect.ts'
import { lastLine } from '../../../adapters/read-part.ts'

describe('what proves that a job ran', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dockmaster-effect-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('[O08] the last line of a log that says anything, however long the log', async () => {
    const log = join(dir, 'log')
    await writeFile(log, 'first\nsecond\r\n\n  \n')
    expect(await lastLine(log)).toBe('second')
    await truncate(log, 2 ** 31)
    await writeFile(log, 'at the end\n', { flag: 'a' })
    // A hole reads as zero bytes: they end no line.
    expect((await lastLine(log))?.length).toBeLessThanOrEqual(300)
    await writeFile(log, 'x'.repeat(20_000_000))
    expect(await lastLine(log)).toHaveLength(300)
    await writeFile(log, '')
    expect(await lastLine(log)).toBeNull()
    expect(await lastLine(dir)).toBeNull()
    expect(await lastLine(join(dir, 'nowhere'))).toBeNull()
  })

  it('is not a file that is not there', async () => {
    const glob = join(dir, '*.tar')
    expect(await lookForEffect({ glob, whenEmpty: 'counts' })).toEqual({
      kind: 'unseen',
      path: glob,
    })
  })

  it('gets a quarter of the period, from a minute to half an hour', () => {
    expect(graceMs(60_000, 0)).toBe(60_000)
    expect(graceMs(3_600_000, 0)).toBe(900_000)
    expect(graceMs(86_400_000, 0)).toBe(1_800_000)
    expect(graceMs(null, 0)).toBe(1_800_000)
  })
})
