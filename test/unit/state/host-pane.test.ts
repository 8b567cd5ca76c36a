import { describe, expect, it } from 'vitest'
import type { Fact, FactValue } from '../../../state/facts.ts'
import { worldOf } from '../../../state/reduce.ts'
import { detailOf, subjectOf } from '../../../state/select/detail.ts'
import { headline } from '../../../state/select/headline.ts'
import { hostRows } from '../../../state/select/host.ts'
import { FACTORY } from '../../terminal/parts/factory.ts'
import { fact, HOUR, host, link, MINUTE, NOW, source } from '../../terminal/parts/facts.ts'

const ALL = { filter: '', sort: 'attention' } as const
const PERIOD = 15_000

const rows = (facts: readonly Fact[], now = NOW) => hostRows(worldOf(facts), ALL, now)
const row = (facts: readonly Fact[], name: string, now = NOW) =>
  rows(facts, now).find(each => each.name === name)
/** A host that is as `host()` says but for this. */
const hostWith = (change: Partial<FactValue<'host'>>): Fact =>
  fact('host', 'host', { ...(host().value as FactValue<'host'>), ...change })

describe('the host pane', () => {
  it('measures load against cores, memory, each disk, and says since when it is up', () => {
    const disks = [
      { mount: '/', total: 1_000, used: 720 },
      { mount: '/srv', total: 2_000, used: 1_960 },
    ]
    const found = rows([link(), hostWith({ disks })])
    expect(found.map(({ name, state, tone }) => [name, state, tone])).toEqual([
      ['disk /srv', '98%', 'wait'],
      ['link', 'up', 'plain'],
      ['load', '24%', 'plain'],
      ['memory', '61%', 'plain'],
      ['disk /', '72%', 'plain'],
      ['uptime', 'up', 'plain'],
    ])
    expect(row([host()], 'uptime')?.since).toBe(NOW - 100 * HOUR)
  })

  it('tells the link: round trip, clock, reconnects, and what is wrong with it', () => {
    const up = row([link({ skewMs: -420, reconnects: 3 })], 'link')
    expect(up?.fact).toBe('38ms · 1 connection, clock −420ms, 3 reconnects')
    const down = row([link({ state: 'down', message: 'connection reset' })], 'link')
    expect(down).toMatchObject({
      tone: 'bad',
      state: 'down',
      fact: 'connection reset',
      stale: false,
    })
  })

  it('[O09] a collector that is late by two periods is red without a word of its own', () => {
    const seen = [link(), source('lanes', { lookedAt: NOW, periodMs: PERIOD })]
    const at = (periods: number) => row(seen, 'lanes', NOW + periods * PERIOD)
    expect([at(0), at(1), at(2.9)].map(each => each?.tone)).toEqual(['plain', 'plain', 'plain'])
    expect(at(3)).toMatchObject({ tone: 'bad', state: 'late', attention: 0 })
    expect(at(3)?.fact).toBe('has not looked since 12:53')
    const world = worldOf(seen)
    const subject = subjectOf(world, { kind: 'host', id: at(3)?.id ?? '' }, NOW)
    const lines = subject ? detailOf(world, subject, NOW + 3 * PERIOD).lines : []
    const told = Object.fromEntries(lines.map(({ label, text }) => [label, text]))
    expect(told).toMatchObject({ 'periods late': '2', looks: 'every 15s' })
    expect(told['mend']).toContain('dockmaster stop')
  })

  it('[O09] one that speaks as things happen is never late, and none is behind a link that is down', () => {
    const late = { lookedAt: NOW - HOUR }
    expect(row([link(), source('journal', { ...late, periodMs: 0 })], 'journal')?.tone).toBe(
      'plain',
    )
    const down = link({ state: 'down', since: NOW - HOUR })
    expect(row([down, source('lanes', late)], 'lanes')?.tone).toBe('dim')
    expect(row([down, source('github', late)], 'github')?.state).toBe('late')
  })

  it('counts by the clock of whoever looked', () => {
    const ahead = link({ skewMs: 10 * MINUTE })
    const lookedAt = NOW + 10 * MINUTE
    expect(row([ahead, source('lanes', { lookedAt })], 'lanes', NOW + MINUTE)?.state).toBe('late')
    expect(row([ahead, source('github', { lookedAt })], 'github', NOW + MINUTE)?.state).toBe('ok')
  })

  it('puts what fails first, and counts it in the title; one that has nothing to do fails not', () => {
    const facts = [
      ...FACTORY,
      source('cron', { state: 'denied', message: 'crontab: not allowed', mend: 'Ask root.' }),
      source('watchdog', { state: 'absent', message: 'no watchdog log is named' }),
    ]
    expect(rows(facts)[0]).toMatchObject({ name: 'cron', state: 'denied', tone: 'bad' })
    expect(rows(facts).at(-1)).toMatchObject({ name: 'watchdog', tone: 'dim' })
    expect(headline(worldOf(facts), 'host', NOW).map(({ text }) => text)).toEqual([
      '1 source failing',
      '6 sources',
      'load 1.9 of 8',
    ])
  })

  it('[M06] paints nothing green: that we look is no evidence of anything', () => {
    expect(rows(FACTORY).filter(({ tone }) => tone === 'good')).toEqual([])
  })

  it('keeps the row of what did not change', () => {
    const facts = [link(), host(), source('lanes')]
    const world = worldOf(facts)
    const before = hostRows(world, ALL, NOW)
    const after = hostRows(world, ALL, NOW + 1_000)
    expect(after.every((each, index) => each === before[index])).toBe(true)
  })
})
