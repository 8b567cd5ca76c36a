/** The rules of a rebase that need no git: markers, what is kept of both, which files are whole, who goes first. */
import { describe, expect, it } from 'vitest'
import { keepBoth } from '../../../src/engine/rebase/keep-both.ts'
import { newMarkers } from '../../../src/engine/rebase/markers.ts'
import { planRebases, type RebaseSeen } from '../../../src/engine/rebase/plan.ts'
import { follow } from '../../../src/engine/rebase/tracks.ts'
import type { Entry, FileChange } from '../../../state/tree-change.ts'

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

describe('markers', () => {
  it('that neither side had are found, also with windows line ends, and a longer rule is none', () => {
    const left = lines('a\n<<<<<<< x\n=======\r\n>>>>>>> y\n|||||||\n========\n<<<<<<<<\n')
    expect(newMarkers(left, [])).toEqual([2, 3, 4, 5])
    const told = lines('=======\n')
    expect(newMarkers(lines('=======\nb\n=======\n'), [told, []])).toEqual([3])
  })
})

describe('of a conflict', () => {
  const labels = { ours: 'o1', theirs: 't1' }
  const conflict = (base: string) =>
    lines(`a\n<<<<<<< o1\nours\n||||||| b1\n${base}=======\ntheirs\n>>>>>>> t1\nz\n`)

  it('both are kept where both only add', () => {
    expect(keepBoth(conflict(''), labels)).toEqual(lines('a\nours\ntheirs\nz\n'))
  })

  it('nothing is where lines were changed, where none is, or where another’s marker stands', () => {
    expect(keepBoth(conflict('was\n'), labels)).toBeNull()
    expect(keepBoth(lines('a\n'), labels)).toBeNull()
    expect(keepBoth(conflict(''), { ours: 'o2', theirs: 't1' })).toBeNull()
    expect(keepBoth(conflict('').slice(0, -2), labels)).toBeNull()
  })
})

describe('files', () => {
  const at = (path: string, oid: string, mode = '100644'): Entry => ({ path, mode, oid })
  const from = (before: Entry | null, after: Entry | null): FileChange => ({
    from: before,
    to: after,
  })
  const lost = (changes: Parameters<typeof follow>[0]) =>
    follow(changes, 'exact').losses.map(({ path, why }) => `${path} ${why}`)

  it('must be in the result as the pull request has them', () => {
    const [a, b] = [at('a', '1'), at('a', '2')]
    const change = from(a, b)
    expect(lost({ pull: [change], tip: [], result: [change] })).toEqual([])
    expect(lost({ pull: [change], tip: [], result: [] })).toEqual([
      'a is not as the pull request has it',
    ])
    expect(lost({ pull: [from(null, a)], tip: [], result: [] })).toEqual(['a is not in the result'])
    expect(lost({ pull: [from(a, null)], tip: [], result: [] })).toEqual(['a is still there'])
    const run = from(a, at('a', '2', '100755'))
    expect(lost({ pull: [run], tip: [], result: [change] })).toEqual(['a has mode 100644'])
  })

  it('of nobody’s, and of the branch alone, must be as they are', () => {
    const change = from(at('a', '1'), at('a', '2'))
    const other = from(at('b', '1'), at('b', '2'))
    const result = [change, other]
    expect(lost({ pull: [change], tip: [], result })).toEqual([
      'b is changed, and not by the pull request',
    ])
    expect(lost({ pull: [change], tip: [other], result })).toEqual([
      'b is changed, and not by the pull request',
    ])
  })

  it('are followed where either side moved them, and their old places must be empty', () => {
    const move = from(at('a', '1'), at('c', '1'))
    const edit = from(at('a', '1'), at('a', '2'))
    const result = [from(at('c', '1'), at('c', '2'))]
    expect(lost({ pull: [edit], tip: [move], result })).toEqual([])
    expect(
      lost({ pull: [edit], tip: [move], result: [...result, from(null, at('a', '2'))] }),
    ).toEqual(['a is still there'])
    const moved = [from(at('a', '2'), null), from(null, at('c', '2'))]
    expect(lost({ pull: [move], tip: [edit], result: moved })).toEqual([])
    const elsewhere = from(at('a', '1'), at('d', '1'))
    expect(lost({ pull: [move], tip: [elsewhere], result: [] })).toEqual([
      'c both moved it, each elsewhere',
    ])
  })
})

describe('of dirty pull requests', () => {
  const dirty = (pr: number, obstacle: string | null = null) => ({
    pr,
    head: `h${pr}`,
    branch: `lane/${pr}`,
    obstacle,
  })
  const seen = (more: Partial<RebaseSeen>): RebaseSeen => ({
    dirty: [dirty(1), dirty(2), dirty(3)],
    ahead: [],
    conflicts: new Set(),
    underTest: 0,
    most: 5,
    ...more,
  })
  const planned = (more: Partial<RebaseSeen>, stuck = new Map<number, string>()) => {
    const { next, waits } = planRebases(seen(more), stuck)
    return { next: next.map(({ pr }) => pr), waits: Object.fromEntries(waits) }
  }

  it('[F03] those go that conflict with none before them, in their order, and no more than may at once', () => {
    expect(planned({}).next).toEqual([1, 2, 3])
    expect(planned({ conflicts: new Set(['1 2', '2 3']) })).toEqual({
      next: [1, 3],
      waits: { 2: '#1 goes first, and conflicts with it' },
    })
    expect(planned({ ahead: [9], conflicts: new Set(['1 9']) }).waits).toEqual({
      1: '#9 goes first, and conflicts with it',
    })
    expect(planned({ underTest: 1, most: 2 })).toEqual({
      next: [1],
      waits: {
        2: '2 are under test, and no more at once',
        3: '2 are under test, and no more at once',
      },
    })
  })

  it('one that is not ours, or is stuck, says why and holds up nobody', () => {
    const plan = planned(
      {
        dirty: [dirty(1, 'it is a draft'), dirty(2), dirty(3)],
        conflicts: new Set(['1 2', '2 3']),
      },
      new Map([[2, 'a.txt: both changed it']]),
    )
    expect(plan).toEqual({ next: [3], waits: { 1: 'it is a draft', 2: 'a.txt: both changed it' } })
  })
})
