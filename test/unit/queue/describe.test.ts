import { expect, it, describe as suite } from 'vitest'
import { describe, type Found, type Standing } from '../../../src/engine/queue/describe.ts'
import { emptyLine, type Train } from '../../../src/engine/queue/line.ts'
import { found, holding } from './parts/found.ts'

const standing = (more: Partial<Standing> = {}): Standing => ({
  repo: 'acme/app',
  line: { ...emptyLine, tip: 'tip' },
  order: [1, 2, 3],
  placed: new Map(),
  strategy: { batch: 1, depth: 1, retries: 1 },
  pace: { runMs: 60_000, pass: 1 },
  frozen: null,
  lacks: new Map(),
  ...more,
})

const told = (one: Found, where = standing()) => {
  const { state, blocking, position, etaMs } = describe(one, where)
  return { state, blocking, position, etaMs }
}

suite('what the dock shows of a pull request', () => {
  it('[F09] is its place, and when it lands by the pace of late', () => {
    expect(told(found(1))).toEqual({ state: 'waiting', blocking: null, position: 1, etaMs: 60_000 })
    expect(told(found(3))).toEqual({
      state: 'waiting',
      blocking: '2 pull requests ahead',
      position: 3,
      etaMs: 180_000,
    })
  })

  it('[F04] is the one reason that holds it', () => {
    const gate = { ...holding(), held: 'checks: red: unit' }
    expect(told(found(9, { gate }))).toMatchObject({ state: 'held', blocking: 'checks: red: unit' })
    expect(told(found(9, { dirtyPaths: ['a.ts'] }))).toMatchObject({
      state: 'dirty',
      blocking: 'conflicts in a.ts',
      position: null,
    })
    expect(told(found(9, { duplicateOf: 4 })).blocking).toBe('changes the same as #4')
    expect(told(found(9, { needs: [7] })).blocking).toBe('needs #7 first')
    const frozen = standing({ frozen: 'release' })
    expect(told(found(1), frozen)).toMatchObject({
      blocking: 'the line is frozen: release',
      etaMs: null,
    })
  })

  it('tells who rides a train, and who was red by itself', () => {
    const train: Train = {
      id: 't4',
      group: { cars: [{ pr: 2, head: 'h' }], reds: 0 },
      after: null,
      stage: { kind: 'testing', commit: 'c', tree: 'tree' },
    }
    const line = {
      ...emptyLine,
      trains: [train],
      ejected: [{ car: { pr: 3, head: 'h' }, why: 'unit' }],
    }
    expect(told(found(2), standing({ line }))).toMatchObject({
      state: 'testing',
      blocking: 'train t4 is being tested',
      position: 1,
    })
    expect(told(found(3), standing({ line, order: [1] }))).toMatchObject({
      state: 'ejected',
      blocking: 'was red by itself: unit',
    })
    const moved = found(3, { head: 'new' })
    expect(told(moved, standing({ line, order: [1, 3] }))).toMatchObject({ state: 'waiting' })
  })
})
