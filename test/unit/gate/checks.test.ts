import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeChecks, wantedOfTrain } from '../../../src/engine/gate/checks.ts'
import type { Check } from '../../../src/engine/gate/input.ts'

const check = (name: string, state: Check['state'], commit = 'c'): Check => ({
  name,
  state,
  at: state === 'pending' ? null : 1_000,
  commit,
})
const green = [check('unit', 'passed'), check('lint', 'passed')]

describe('checks of a commit', () => {
  it('[F06] count when they are named, or when all of them ran; no check is no green', () => {
    expect(judgeChecks([], [], 'c')).toEqual({ kind: 'none' })
    expect(judgeChecks(green, [], 'c')).toMatchObject({ kind: 'green', count: 2 })
    expect(judgeChecks(green, ['unit', 'e2e'], 'c')).toEqual({ kind: 'missing', names: ['e2e'] })
    expect(judgeChecks(green, [], 'other')).toEqual({ kind: 'none' })
    const more = [...green, check('deploy', 'failed')]
    expect(judgeChecks(more, [], 'c')).toEqual({ kind: 'red', names: ['deploy'] })
    expect(judgeChecks(more, ['unit'], 'c')).toMatchObject({ kind: 'green', count: 1 })
  })

  it('of one name that ran twice are as good as the worse', () => {
    const noEnd = { ...check('unit', 'passed'), at: null }
    expect(judgeChecks([...green, noEnd], [], 'c')).toEqual({ kind: 'running', names: ['unit'] })
    const twice = [...green, check('unit', 'pending')]
    expect(judgeChecks(twice, [], 'c')).toEqual({ kind: 'running', names: ['unit'] })
    expect(judgeChecks([...twice, check('unit', 'failed')], ['unit'], 'c')).toEqual({
      kind: 'red',
      names: ['unit'],
    })
  })

  it('[F06] are green only when every one that counts passed on that very commit', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const any = fc.record({
      name,
      state: fc.constantFrom('passed' as const, 'failed' as const, 'pending' as const),
      at: fc.option(fc.nat()),
      commit: fc.constantFrom('here', 'there'),
    })
    fc.assert(
      fc.property(fc.array(any), fc.uniqueArray(name), (all, wanted) => {
        if (judgeChecks(all, wanted, 'here').kind !== 'green') return
        const here = all.filter(({ commit }) => commit === 'here')
        const counted = wanted.length > 0 ? wanted : here.map(one => one.name)
        expect(counted.length).toBeGreaterThan(0)
        for (const of of counted) {
          const runs = here.filter(one => one.name === of)
          expect(runs.length).toBeGreaterThan(0)
          expect(runs.every(({ state, at }) => state === 'passed' && at !== null)).toBe(true)
        }
      }),
    )
  })

  it('of a train are those that are named, else all that ran on the heads in it', () => {
    const heads = [green, [check('unit', 'passed', 'd'), check('docs', 'passed', 'd')]]
    expect(wantedOfTrain([], heads)).toEqual(['docs', 'lint', 'unit'])
    expect(wantedOfTrain(['unit'], heads)).toEqual(['unit'])
  })
})
