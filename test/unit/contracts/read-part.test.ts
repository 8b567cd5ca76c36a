import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readEnd, readLastLines, readStart, readWhole } from '../../../adapters/read-part.ts'
import { scratch } from '../../setup/scratch.ts'

const written = (text: string): string => {
  const path = join(scratch(), 'file')
  writeFileSync(path, text)
  return path
}

it('reads as much as is asked for, from either end', async () => {
  const path = written('0123456789')
  expect(await readStart(path, 3)).toMatchObject({
    bytes: Buffer.from('012'),
    size: 10,
    isCut: true,
  })
  expect(await readEnd(path, 3)).toMatchObject({ bytes: Buffer.from('789'), size: 10, isCut: true })
  expect(await readEnd(path, 10)).toMatchObject({ bytes: Buffer.from('0123456789'), isCut: false })
  expect((await readWhole(path, 10)).toString()).toBe('0123456789')
})

it('tells no line that it has not whole', async () => {
  const path = written('first\nsecond\nthird\nunfin')
  expect(await readLastLines(path, 100)).toEqual(['first', 'second', 'third'])
  expect(await readLastLines(path, 14)).toEqual(['third'])
})

it('neither waits for a pipe nor reads a device or what is too long', async () => {
  const pipe = join(scratch(), 'pipe')
  execFileSync('mkfifo', [pipe])
  await expect(readWhole(pipe, 10)).rejects.toMatchObject({ code: 'EINVAL' })
  await expect(readStart('/dev/zero', 10)).rejects.toMatchObject({ code: 'EINVAL' })
  const huge = written('')
  truncateSync(huge, 2 ** 40)
  await expect(readWhole(huge, 10)).rejects.toMatchObject({ code: 'EFBIG' })
  expect((await readEnd(huge, 10)).bytes).toHaveLength(10)
})
