/** Runners that take runs in turn: nothing ticks, and every answer is as if something had. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newCi, stateOf } from '../../../src/practice/github/ci.ts'

const MINUTE = 60_000

function yard(runners: number) {
  const clock = { now: 0 }
  const now = () => clock.now
  const ci = newCi({ runners, durationMs: 6 * MINUTE, now })
  const states = () =>
    ci
      .runs()
      .map(run => stateOf(run, now()))
      .toReversed()
  return { ci, clock, states }
}

describe('one runner', () => {
  it('takes one run at a time, first come, first served', () => {
    const { ci, clock, states } = yard(1)
    for (const name of ['a', 'b', 'c']) ci.enqueue(name, name, 'pass')
    expect(states()).toEqual(['in_progress', 'queued', 'queued'])
    clock.now = 13 * MINUTE
    expect(states()).toEqual(['completed', 'completed', 'in_progress'])
    expect(ci.runs()[0]).toMatchObject({ startedAt: 12 * MINUTE, endsAt: 18 * MINUTE })
  })

  it('is free at once when the run in hand is cancelled, which is red', () => {
    const { ci, clock, states } = yard(1)
    const first = ci.enqueue('a', 'a', 'pass')
    ci.enqueue('b', 'b', 'pass')
    clock.now = 3 * MINUTE
    expect(ci.cancel(first.id)).toBe(true)
    expect(ci.cancel(first.id)).toBe(false)
    expect(states()).toEqual(['completed', 'in_progress'])
    expect(ci.checksOf('a').at(-1)).toMatchObject({ status: 'COMPLETED', conclusion: 'CANCELLED' })
    expect(ci.checksOf('a')[0]).toMatchObject({ conclusion: 'SUCCESS' })
  })

  it('never begins a run whose branch is gone', () => {
    const { ci, clock } = yard(1)
    ci.enqueue('a', 'a', 'pass')
    ci.enqueue('b', 'b', 'pass')
    ci.branchGone('b')
    ci.branchGone('a')
    expect(ci.depth()).toBe(0)
    clock.now = 6 * MINUTE
    expect(ci.runs().map(({ startedAt }) => startedAt)).toEqual([null, 0])
    expect(ci.runners()).toEqual([{ id: 1, name: 'runner-1', busy: null }])
  })

  it('speaks for a commit by its newest run', () => {
    const { ci, clock } = yard(1)
    ci.enqueue('a', 'x', 'fail')
    clock.now = 6 * MINUTE
    expect(ci.checksOf('x').some(({ conclusion }) => conclusion === 'FAILURE')).toBe(true)
    ci.enqueue('b', 'x', 'pass')
    expect(ci.checksOf('x').every(({ status }) => status !== 'COMPLETED')).toBe(true)
  })
})

it('no runner ever has two runs in hand, and none idles while one waits', () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 10 }),
    act: fc.constantFrom('enqueue', 'cancel', 'gone', 'look'),
    which: fc.nat(20),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { maxLength: 60 }),
      (count, steps) => {
        const { ci, clock } = yard(count)
        for (const [index, { after, act, which }] of steps.entries()) {
          clock.now += after * MINUTE
          if (act === 'enqueue') ci.enqueue(`b${index}`, `s${index}`, 'pass')
          const run = ci.runs()[which]
          if (act === 'cancel' && run) ci.cancel(run.id)
          if (act === 'gone' && run) ci.branchGone(run.branch)
          const going = ci.runs().filter(one => stateOf(one, clock.now) === 'in_progress')
          const busy = ci.runners().filter(runner => runner.busy !== null)
          expect(new Set(going.map(({ runner }) => runner)).size).toBe(going.length)
          expect(busy).toHaveLength(going.length)
          if (ci.depth() > 0) expect(going).toHaveLength(count)
        }
      },
    ),
  )
})
