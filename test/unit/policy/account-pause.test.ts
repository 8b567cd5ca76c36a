import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountOfLane,
  accountPauses,
  FIRST_WAIT_MS,
  type LimitHit,
  LONGEST_WAIT_MS,
} from '../../../src/policy/account-pause.ts'
import { Item, itemKey } from '../../../state/item.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const hit = (lane: string, at: number, more: Partial<LimitHit> = {}): LimitHit => ({
  account: 'codex',
  lane,
  at,
  cause: 'usage_limit_exceeded',
  resetAt: null,
  ...more,
})
const pauseAt = (now: number, ...hits: LimitHit[]) => accountPauses(hits, now).get('codex')

describe('an account at its limit', () => {
  it('[B15] is paused until the reset that its lane was told, and not longer', () => {
    const told = hit('night', NOW - MINUTE, { resetAt: NOW + HOUR })
    expect(pauseAt(NOW, told)).toMatchObject({ until: NOW + HOUR, isGuess: false, lane: 'night' })
    expect(pauseAt(NOW + HOUR, told)).toBeUndefined()
    expect(accountPauses([told], NOW).has('claude')).toBe(false)
  })

  it('[B15] without a known reset is waited for, longer each time in a row', () => {
    const first = hit('a', NOW)
    expect(pauseAt(NOW, first)).toMatchObject({ until: NOW + FIRST_WAIT_MS, isGuess: true })
    const second = hit('b', NOW + FIRST_WAIT_MS)
    expect(pauseAt(second.at, first, second)?.until).toBe(second.at + 2 * FIRST_WAIT_MS)
    const tomorrow = hit('c', NOW + 40 * HOUR)
    expect(pauseAt(tomorrow.at, first, tomorrow)?.until).toBe(tomorrow.at + FIRST_WAIT_MS)
  })

  it('[B15] counts siblings that ran already as one, and takes a reset that one of them knows', () => {
    const siblings = ['a', 'b', 'c'].map((lane, index) => hit(lane, NOW + index * MINUTE))
    expect(pauseAt(NOW + 3 * MINUTE, ...siblings)).toMatchObject({
      since: NOW,
      until: NOW + FIRST_WAIT_MS,
      lane: 'a',
    })
    const knows = hit('d', NOW + 4 * MINUTE, { resetAt: NOW + 3 * HOUR })
    expect(pauseAt(NOW + 5 * MINUTE, ...siblings, knows)).toMatchObject({
      since: NOW,
      until: NOW + 3 * HOUR,
      isGuess: false,
    })
  })

  it('[B15] is a pause of the same bounds, whatever order its hits come in', () => {
    const hits = fc.array(
      fc.record({
        account: fc.constantFrom('codex', 'spare'),
        lane: fc.constantFrom('a', 'b', 'c'),
        at: fc.integer({ min: NOW - 48 * HOUR, max: NOW }),
        cause: fc.constant(null),
        resetAt: fc.option(fc.integer({ min: NOW - 48 * HOUR, max: NOW + 48 * HOUR })),
      }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(hits, some => {
        const pauses = accountPauses(some, NOW)
        expect(accountPauses(some.toReversed(), NOW)).toEqual(pauses)
        for (const [account, pause] of pauses) {
          expect(some.some(each => each.account === account && each.at === pause.since)).toBe(true)
          expect(pause.until).toBeGreaterThan(NOW)
          if (pause.isGuess) {
            expect(pause.until - pause.since).toBeLessThanOrEqual(LONGEST_WAIT_MS)
          } else {
            expect(some.map(({ resetAt }) => resetAt)).toContain(pause.until)
          }
        }
      }),
    )
  })

  it("is its item's own, also where a run resumes it", () => {
    const item = Item.parse({ goal: 'docs', id: '1', title: 'x', account: 'spare' })
    const items = new Map([[itemKey(item), item]])
    const of = (name: string) => accountOfLane({ name, engine: 'codex' }, items)
    expect(['docs--1', 'docs--1.2', 'docs--1--2', 'docs--2', 'night'].map(of)).toEqual([
      'spare',
      'spare',
      'spare',
      'codex',
      'codex',
    ])
  })
})
