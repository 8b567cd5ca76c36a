/** Whether a merged file holds all that either side did: right merges pass, and no mutant of one does. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineLoss } from '../../../src/engine/rebase/line-loss.ts'
import { mergeOf, type Part, script, sidesOf } from './script.ts'

const RUNS = { numRuns: 500 }
const fileOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** What each part comes to when somebody forgot it. */
const undone = (one: Part): Part => {
  if (one.kind === 'kept') return one
  if (one.kind === 'both') return { kind: 'kept', lines: one.tip }
  return { kind: 'kept', lines: one.removed }
}

describe('the loss check', () => {
  it('[F03] passes the merge of both, and finds every hunk that is dropped from it', () => {
    fc.assert(
      fc.property(script, parts => {
        const sides = sidesOf(parts)
        const merged = mergeOf(parts)
        expect(lineLoss(sides, merged, 'exact')).toBeNull()
        expect(lineLoss(sides, merged, 'at-least')).toBeNull()
        parts.forEach((one, index) => {
          const mutant = mergeOf(parts.with(index, undone(one)))
          if (mutant.join('') === merged.join('')) return
          expect(lineLoss(sides, mutant, 'exact')).not.toBeNull()
        })
      }),
      RUNS,
    )
  })

  it('[F03] finds one line that is missing, doubled, changed, moved, or nobody’s', () => {
    fc.assert(
      fc.property(script, fc.nat(), fc.nat(), (parts, from, to) => {
        const sides = sidesOf(parts)
        const merged = mergeOf(parts)
        if (merged.length === 0) return
        const index = from % merged.length
        const moved = merged.toSpliced(index, 1)
        moved.splice(to % merged.length, 0, merged[index] ?? '')
        const mutants = [
          merged.toSpliced(index, 1),
          merged.toSpliced(index, 0, merged[index] ?? ''),
          merged.with(index, 'of nobody\n'),
          merged.toSpliced(index, 0, 'of nobody\n'),
          moved,
        ]
        for (const mutant of mutants) {
          if (mutant.join('') === merged.join('')) continue
          expect(lineLoss(sides, mutant, 'exact')).not.toBeNull()
        }
      }),
      RUNS,
    )
  })

  it('lets whoever resolved it by hand add lines, and lose none', () => {
    fc.assert(
      fc.property(script, fc.nat(), (parts, at) => {
        const sides = sidesOf(parts)
        const merged = mergeOf(parts)
        const more = merged.toSpliced(at % (merged.length + 1), 0, 'of the resolver\n')
        expect(lineLoss(sides, more, 'at-least')).toBeNull()
        if (merged.length === 0) return
        const less = more.toSpliced(more.indexOf(merged[at % merged.length] ?? ''), 1)
        expect(lineLoss(sides, less, 'at-least')).not.toBeNull()
      }),
      RUNS,
    )
  })

  it('[F03] lets nobody choose between two who changed the same lines: both sides’ must be there', () => {
    const sides = {
      base: fileOf('one\ntwo\nthree\n'),
      pull: [{ at: 1, removed: 1, added: ['TWO\n'] }],
      tip: [{ at: 1, removed: 1, added: ['2\n'] }],
    }
    const withPull = fileOf('one\nTWO\nthree\n')
    expect(lineLoss(sides, withPull, 'exact')).toMatchObject({ side: 'clash', line: 2 })
    expect(lineLoss(sides, withPull, 'at-least')).toEqual({ side: 'tip', line: 2, text: '2\n' })
    expect(lineLoss(sides, fileOf('one\n2\nTWO\nthree\n'), 'at-least')).toBeNull()
    expect(lineLoss(sides, fileOf('one\nTWO\n2\nthree\n'), 'at-least')).toBeNull()
    expect(lineLoss(sides, fileOf('one\n2\nthree\n'), 'at-least')).toEqual({
      side: 'pull',
      line: 2,
      text: 'TWO\n',
    })
    const back = fileOf('one\ntwo\n2\nTWO\nthree\n')
    expect(lineLoss(sides, back, 'at-least')).toMatchObject({ side: 'pull', text: 'two\n' })
  })

  it('names whose change is lost, where it was, and what it said', () => {
    const sides = {
      base: fileOf('1\n2\n3\n4\n5\n'),
      pull: [{ at: 4, removed: 1, added: ['five\n'] }],
      tip: [{ at: 0, removed: 1, added: ['one\n'] }],
    }
    const lost = (text: string) => lineLoss(sides, fileOf(text), 'exact')
    expect(lost('one\n2\n3\n4\nfive\n')).toBeNull()
    expect(lost('one\n2\n3\n4\n5\n')).toEqual({ side: 'pull', line: 5, text: 'five\n' })
    expect(lost('1\n2\n3\n4\nfive\n')).toEqual({ side: 'tip', line: 1, text: 'one\n' })
    expect(lost('one\n2\n3\n4\nfive\nsix\n')).toEqual({ side: 'extra', line: 6, text: 'six\n' })
  })
})
