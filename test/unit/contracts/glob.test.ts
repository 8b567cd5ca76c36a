import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { glob } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expandGlob, expandHome, globBase } from '../../../adapters/glob.ts'

const FILES = [
  'a.log',
  'b.txt',
  'x/a.log',
  'x/.h/a.log',
  'x/y/b.log',
  'x/y/z/c.log',
  'k/y/d.log',
  '[odd]/e.log',
]

describe('globs', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dockmaster-glob-'))
    for (const file of FILES) {
      await mkdir(join(dir, file, '..'), { recursive: true })
      await writeFile(join(dir, file), '')
    }
    await symlink(join(dir, 'x'), join(dir, 'k/link'))
    await symlink(dir, join(dir, 'x/round'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it.each([
    ['*.log', ['a.log']],
    ['*/*.log', ['[odd]/e.log', 'x/a.log']],
    ['x/**/*.log', ['x/.h/a.log', 'x/a.log', 'x/y/b.log', 'x/y/z/c.log']],
    ['*/y', ['k/y', 'x/y']],
    ['{x,k}/y/?.log', ['k/y/d.log', 'x/y/b.log']],
    ['k/l*/a.log', ['k/link/a.log']],
    ['x/.h/*', ['x/.h/a.log']],
    ['nowhere/*', []],
    ['a.log/*', []],
    ['a.log', ['a.log']],
  ])('%s', async (pattern, paths) => {
    const found = await expandGlob(join(dir, pattern))
    expect(found).toEqual({
      paths: paths.map(path => join(dir, path)).sort(),
      denied: [],
      cut: false,
    })
  })

  it('finds what other globs find', async () => {
    const segment = fc.constantFrom('*', 'x', 'y', 'k', '?', '*.log', '{x,k}', 'a.log', '**')
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), async segments => {
        const pattern = [...segments, '*.log'].join('/')
        const ours = await expandGlob(join(dir, pattern))
        const theirs = await glob(pattern, {
          cwd: dir,
          absolute: true,
          dot: false,
          followSymbolicLinks: false,
        })
        // Links to directories are followed by name in ours, and dots by **.
        const plain = (path: string) => !/\/(?:link|round|\.h)\//.test(path)
        expect(ours.paths.filter(plain)).toEqual(theirs.filter(plain).sort())
      }),
      { numRuns: 100 },
    )
  })

  it('knows its base, and home', () => {
    expect(globBase('/a/b/*/c')).toBe('/a/b')
    expect(globBase('/a/b')).toBe('/a/b')
    expect(globBase('/*')).toBe('/')
    expect(expandHome('~/x', '/home/crew')).toBe('/home/crew/x')
    expect(expandHome('/x/~/y', '/home/crew')).toBe('/x/~/y')
  })
})
