import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Change,
  type ChangePair,
  conflictsIn,
  keepKnown,
  mergeKey,
  pairsOf,
  pairsToAsk,
} from '../../../src/engine/queue/conflict-map.ts'
import { duplicatesOf, marksOf } from '../../../src/engine/queue/marks.ts'

const change = (pr: number, ...paths: string[]): Change => ({ pr, head: `h${pr}`, paths })
const names = (pairs: readonly ChangePair[]) => pairs.map(([a, b]) => `${a.pr}+${b.pr}`)

describe('the conflict map', () => {
  it('asks only of pairs that share a file, each pair of heads once', () => {
    const changes = [change(3, 'a'), change(1, 'a', 'b'), change(2, 'b'), change(4, 'c')]
    const all = pairsOf(changes)
    expect(names(pairsToAsk(all, new Map())).toSorted()).toEqual(['1+2', '1+3'])
    const known = new Map([[mergeKey(change(1), change(3)), ['a']]])
    expect(names(pairsToAsk(all, known))).toEqual(['1+2'])
    expect([...conflictsIn(all, known)]).toEqual(['1 3'])
    const moved = pairsOf(changes.map(one => (one.pr === 1 ? { ...one, head: 'new' } : one)))
    expect(names(pairsToAsk(moved, known)).toSorted()).toEqual(['1+2', '1+3'])
    expect([...conflictsIn(moved, known)]).toEqual([])
    expect(keepKnown(moved, known).size).toBe(0)
  })

  it('takes a file in place of a directory for shared', () => {
    expect(names(pairsOf([change(1, 'src/a.ts'), change(2, 'src')]))).toEqual(['1+2'])
  })

  it('asks of every pair that shares a file, whatever their order', () => {
    const changes = fc.uniqueArray(
      fc.record({
        pr: fc.integer({ min: 1, max: 99 }),
        paths: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
      }),
      { selector: ({ pr }) => pr, maxLength: 12 },
    )
    fc.assert(
      fc.property(changes, list => {
        const all = list.map(({ pr, paths }) => change(pr, ...paths))
        const expected = all.flatMap(a =>
          all
            .filter(b => a.pr < b.pr && a.paths.some(path => b.paths.includes(path)))
            .map(b => `${a.pr}+${b.pr}`),
        )
        expect(names(pairsOf(all)).toSorted()).toEqual(expected.toSorted())
      }),
    )
  })
})

describe('marks', () => {
  const rules = { now: 100, maxLines: 500, maxFiles: 3, maxAgeMs: 50 }
  const one = { title: 'Tidy', body: '', issues: [], paths: ['src/a.ts'], lines: 10, createdAt: 90 }

  it('[F10] tell what is too large or too old', () => {
    expect(marksOf(one, rules)).toEqual([])
    expect(marksOf({ ...one, lines: 501, createdAt: 49 }, rules)).toEqual(['oversize', 'old'])
    expect(marksOf({ ...one, paths: ['a', 'b', 'c', 'd'] }, rules)).toEqual(['oversize'])
  })

  it('[B12] tell a change that speaks of a contract and touches only the surface', () => {
    const surface = ['docs/api.md', 'web/components/Button.tsx']
    expect(marksOf({ ...one, title: 'New users API', paths: surface }, rules)).toEqual([
      'surface-only',
    ])
    expect(marksOf({ ...one, title: 'New colours', paths: surface }, rules)).toEqual([])
    const issues = [{ title: 'Users are exported', body: 'Extend the schema of users.' }]
    expect(marksOf({ ...one, title: 'New colours', issues, paths: surface }, rules)).toEqual([
      'surface-only',
    ])
    const whole = [...surface, 'server/users.ts']
    expect(marksOf({ ...one, title: 'New users API', paths: whole }, rules)).toEqual([])
  })

  it('[F03] group duplicates, one proposed to keep: an approved one, else the oldest', () => {
    const of = (pr: number, patchId: string | null, isApproved = false) => ({
      pr,
      patchId,
      isApproved,
    })
    expect(
      duplicatesOf([of(1, 'p'), of(2, 'p', true), of(3, 'p'), of(4, null), of(5, null)]),
    ).toEqual(
      new Map([
        [1, 2],
        [3, 2],
      ]),
    )
  })
})
