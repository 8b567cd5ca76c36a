import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeCanonLock } from '../../../src/policy/canon.ts'
import { type CanonLock, specStates, specText, unlockedEdits } from '../../../state/canon.ts'

const paths = ['/specs/a.md', '/specs/b.md', '/specs/__proto__']
const specs = paths.map(path => ({ title: path.slice(7), path }))
const hash = fc.constantFrom('aa', 'bb')
const seen = fc.tuple(...paths.map(() => fc.option(hash))).map(all =>
  all.map((sha256, at) => ({
    path: paths[at] ?? '',
    sha256,
    fault: sha256 === null ? 'no such file' : null,
  })),
)
const lock = fc.array(fc.tuple(fc.constantFrom(...paths), hash), { maxLength: 3 }).map(
  (all): CanonLock => ({
    seq: 7,
    at: 1,
    by: 'robin@yard',
    reason: '',
    hashes: Object.fromEntries(all),
  }),
)

describe('the canon and its lock', () => {
  it('[I03] lets work fan out only while each file is what was locked', () => {
    fc.assert(
      fc.property(seen, lock, (files, locked) => {
        const states = specStates(specs, files, locked)
        const edits = unlockedEdits(states, locked)
        const different = files.filter(
          ({ path, sha256 }) =>
            sha256 === null ||
            !Object.hasOwn(locked.hashes, path) ||
            locked.hashes[path] !== sha256,
        )
        expect(edits).toHaveLength(different.length)
        for (const { path } of different) {
          expect(edits.some(text => text.includes(path) && text.includes('canon lock'))).toBe(true)
        }
      }),
    )
  })

  it('[I03] names both hashes of an edit', () => {
    const locked = { seq: 7, at: 1, by: 'x', reason: '', hashes: { '/specs/a.md': 'aa' } }
    const [state] = specStates(
      specs.slice(0, 1),
      [{ path: '/specs/a.md', sha256: 'bb', fault: null }],
      locked,
    )
    expect(state && specText(state)).toBe('edited since its lock: bb now, locked at aa')
  })

  it('refuses nothing before the first lock, and knows what it cannot see', () => {
    expect(unlockedEdits(specStates(specs, null, null), null)).toEqual([])
    expect(specStates(specs, null, null).map(({ state }) => state)).toEqual(
      specs.map(() => 'unknown'),
    )
  })

  it('[I03] [O10] is locked by a person, and whole', () => {
    const by = { user: 'robin', host: 'yard', pid: 9, tty: null, parents: [] }
    const states = specStates(
      specs,
      specs.map(({ path }) => ({ path, sha256: 'aa', fault: null })),
      null,
    )
    expect(judgeCanonLock(states, by)).toEqual([expect.stringMatching(/at a terminal/)])
    expect(judgeCanonLock(states, { ...by, tty: '/dev/pts/1' })).toEqual([])
    expect(judgeCanonLock([], { ...by, tty: '/dev/pts/1' })).toHaveLength(1)
  })
})
