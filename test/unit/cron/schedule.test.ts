import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueBetween, dueTimes, type Schedule } from '../../../adapters/cron/schedule.ts'

const of = (fields: string): Schedule => ({ kind: 'fields', fields })
const at = (iso: string) => Date.parse(iso)
const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString())
const due = (fields: string, zone: string, now: string) => {
  const { next, previous } = dueTimes(of(fields), zone, at(now), 0)
  return [iso(previous), iso(next)]
}

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Sao_Paulo',
]
const MINUTE = 60_000

describe('due times', () => {
  it('[E01] are in the zone of the host', () => {
    expect(due('15 9 * * *', 'Asia/Kolkata', '2026-11-21T12:00:00Z')).toEqual([
      '2026-11-21T03:45:00.000Z',
      '2026-11-22T03:45:00.000Z',
    ])
  })

  it('[E01] the previous one may be now, the next one never is', () => {
    expect(due('*/15 * * * *', 'UTC', '2026-11-21T12:15:00Z')).toEqual([
      '2026-11-21T12:15:00.000Z',
      '2026-11-21T12:30:00.000Z',
    ])
    expect(due('*/15 * * * *', 'UTC', '2026-11-21T12:14:59.999Z')[0]).toBe(
      '2026-11-21T12:00:00.000Z',
    )
  })

  it('[E01] a time that the clock skips is due right after; one that comes twice is due once', () => {
    expect(due('30 2 * * *', 'Europe/Berlin', '2026-03-29T00:30:00Z')[1]).toBe(
      '2026-03-29T01:00:00.000Z',
    )
    expect(due('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
    // A job of every quarter of an hour goes on through both.
    expect(due('*/15 * * * *', 'Europe/Berlin', '2026-10-25T01:20:00Z')).toEqual([
      '2026-10-25T01:15:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ])
  })

  it('[E01] two plain day fields match either; one that begins with a star must match beside the other', () => {
    // Friday the 13th or any Friday.
    expect(due('0 0 13 * 5', 'UTC', '2026-11-01T00:00:00Z')[1]).toBe('2026-11-06T00:00:00.000Z')
    // Fridays on odd days only.
    expect(due('0 0 */2 * 5', 'UTC', '2026-11-01T00:00:00Z')[1]).toBe('2026-11-13T00:00:00.000Z')
    expect(due('0 0 13 * *', 'UTC', '2026-11-01T00:00:00Z')[1]).toBe('2026-11-13T00:00:00.000Z')
  })

  it('[E01] a date that never comes has none', () => {
    expect(due('0 0 31 2 *', 'UTC', '2026-11-01T00:00:00Z')).toEqual([null, null])
  })

  it('[E01] in any zone and season: previous <= now < next, and nothing is due between', () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 2, max: 12 }).map(step => `*/${step}`),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      )
    const fields = fc.tuple(
      field(0, 59),
      field(0, 23),
      fc.constantFrom('*', '1', '*/3'),
      fc.constant('*'),
      field(0, 6),
    )
    const transitions = [
      '2026-03-29T01:00Z',
      '2026-10-25T01:00Z',
      '2026-03-08T07:00Z',
      '2026-10-03T15:30Z',
    ]
    const instant = fc
      .tuple(
        fc.constantFrom(...transitions),
        fc.integer({ min: -2_880, max: 2_880 }),
        fc.nat(59_999),
      )
      .map(([near, minutes, ms]) => at(near) + minutes * MINUTE + ms)
    fc.assert(
      fc.property(fields, fc.constantFrom(...ZONES), instant, (parts, zone, now) => {
        const schedule = of(parts.join(' '))
        const { next, previous } = dueTimes(schedule, zone, now, 0)
        if (next === null || previous === null) return
        expect(previous).toBeLessThanOrEqual(now)
        expect(next).toBeGreaterThan(now)
        const span = { last: previous, until: next - MINUTE, bootAt: 0, max: 99 }
        expect(dueBetween(schedule, zone, span)).toBe(0)
        // Asked in between, or at the other one, it says the same.
        const middle = previous + Math.floor((next - 1 - previous) / 2)
        expect(dueTimes(schedule, zone, middle, 0)).toEqual({ next, previous })
        expect(dueTimes(schedule, zone, next, 0).previous).toBe(next)
      }),
      { numRuns: 400 },
    )
  })

  it('counts what was due since the last effect, up to a bound', () => {
    const until = at('2026-11-21T12:00:00Z')
    const since = (last: string, max = 99) =>
      dueBetween(of('*/15 * * * *'), 'UTC', { last: at(last), until, bootAt: 0, max })
    expect(since('2026-11-21T12:00:03Z')).toBe(0)
    expect(since('2026-11-21T11:59:59Z')).toBe(1)
    expect(since('2026-11-21T11:00:01Z')).toBe(4)
    expect(since('2026-11-20T11:00:01Z')).toBe(99)
  })
})
