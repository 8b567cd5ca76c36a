/** What the operator is told of models, bypassed guards, shares of tokens, and work in vain. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../state/facts.ts'
import { worldOf } from '../../../state/reduce.ts'
import { riskRows } from '../../../state/rows/risks.ts'
import { breachesAndLanes, breachRow } from '../../../state/select/breach.ts'
import { detailOf, subjectOf } from '../../../state/select/detail.ts'
import { headline } from '../../../state/select/headline.ts'
import { laneRow } from '../../../state/select/lane.ts'
import { paneRows } from '../../../state/select/rows.ts'
import { missedShares, tokenShares } from '../../../state/share.ts'
import { ENGINES } from '../../../state/words.ts'
import { breach, HOUR, lane, link, MINUTE, NOW, source } from '../../terminal/parts/facts.ts'

/** Midnight is meant there. */
process.env['TZ'] = 'UTC'

const SOURCES = [link(), source('lanes'), source('models')]
const ALL = { filter: '', sort: 'attention' } as const
const figures = (...facts: Fact[]) => headline(worldOf([...SOURCES, ...facts]), 'lanes', NOW)
const valueOf = (change: Parameters<typeof lane>[1]) =>
  lane('x', change).value as Parameters<typeof laneRow>[0]
const ended = {
  status: 'ended',
  result: 'none',
  endedAt: NOW - HOUR,
  activeAt: NOW - HOUR,
} as const

describe('a breach', () => {
  it('[B06] stands red above all lanes, with file and line or pid, and is counted in the title', () => {
    const facts = [
      ...SOURCES,
      lane('api', { status: 'auth' }),
      breach(),
      breach({ model: 'o9-spark', where: '/srv/lanes/api', line: null, pid: 4_711 }),
    ]
    const rows = paneRows(worldOf(facts), 'lanes', ALL)
    expect(rows.map(({ tone, name, state, fact }) => [tone, name, state, fact])).toEqual([
      ['bad', 'night.sh:3', 'banned', 'gpt-5.5-spark: banned *-spark, /srv/ops/night.sh'],
      ['bad', 'pid 4711', 'banned', 'o9-spark: banned *-spark, /srv/lanes/api'],
      ['accent', 'api', 'auth', 'signed out'],
    ])
    expect(headline(worldOf(facts), 'lanes', NOW)).toContainEqual({
      text: '2 banned models',
      tone: 'bad',
    })
    expect(figures(breach())).toContainEqual({ text: '1 banned model', tone: 'bad' })
  })

  it('[B06] says in its detail where it is', () => {
    const world = worldOf([...SOURCES, breach()])
    const [row] = paneRows(world, 'lanes', ALL)
    const seen = subjectOf(world, { kind: 'breach', id: row?.id ?? '' }, NOW)
    const told = Object.fromEntries(
      (seen ? detailOf(world, seen, NOW).lines : []).map(({ label, text }) => [label, text]),
    )
    expect(told).toMatchObject({
      rule: 'banned *-spark',
      model: 'gpt-5.5-spark',
      where: '/srv/ops/night.sh:3',
    })
  })

  it('is neither red nor counted once nobody looks any more', () => {
    const world = worldOf([...SOURCES, source('models', { state: 'error' }), breach()])
    expect(paneRows(world, 'lanes', ALL)).toMatchObject([{ tone: 'dim', stale: true }])
    expect(
      headline(world, 'lanes', NOW)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('banned')
  })

  it('[B07] of a share warns, and names who cost most', () => {
    const where = '30% today; most cost talker 600k'
    const rule = 'codex at least 80% of tokens'
    expect(
      breachRow({ about: 'share', rule, model: null, where, line: null, pid: null }),
    ).toMatchObject({ tone: 'wait', tag: 'codex', state: 'missed', fact: where })
    expect(figures(breach({ about: 'share', rule, model: null })).map(({ text }) => text)).toEqual([
      '0 live',
      'evidence 0/h',
    ])
  })

  it('costs nothing while there is none', () => {
    const world = worldOf([...SOURCES, lane('a')])
    expect(breachesAndLanes(world)).toBe(world.lane)
    const both = worldOf([...SOURCES, lane('a'), breach()])
    expect(breachesAndLanes(both)).toBe(breachesAndLanes(both))
  })
})

describe('a lane that bypasses what should hold it', () => {
  it.each([
    ['host', '!host npm test'],
    ['box', '!box npm test'],
    ['unknown', '!? npm test'],
  ] as const)('[B16] bears a badge of its reach: %s', (reach, fact) => {
    const risk = { flags: ['--yolo'], reach }
    expect(laneRow(valueOf({ currentCommand: 'npm test', risk })).fact).toBe(fact)
    expect(laneRow(valueOf({ risk })).fact).toBe(fact.slice(0, fact.indexOf(' ')))
    expect(laneRow(valueOf({ currentCommand: 'npm test' })).fact).toBe('npm test')
  })

  it('[B16] is counted, explained in its detail, and listed with its flags', () => {
    const risk = { flags: ['--yolo', 'approvals never'], reach: 'host' } as const
    const bold = lane('bold', { risk: { ...risk, flags: [...risk.flags] } })
    const world = worldOf([...SOURCES, bold, lane('shy')])
    expect(headline(world, 'lanes', NOW)).toContainEqual({ text: '1 bypassing', tone: 'wait' })
    const seen = world.lane.get('bold')
    const lines = seen ? detailOf(world, seen, NOW).lines : []
    expect(lines.find(({ label }) => label === 'risk')?.text).toBe(
      '--yolo, approvals never: reaches the host',
    )
    expect(riskRows(world, NOW)).toMatchObject([{ kind: 'bypass', name: 'bold', ...risk }])
  })
})

describe('tokens', () => {
  it('[B07] are shared by engine, over the lanes that were active today', () => {
    const lanes = [
      valueOf({ tokens: 820 }),
      valueOf({ engine: 'claude', tokens: 180 }),
      valueOf({ engine: 'claude', tokens: 9_000, activeAt: NOW - 20 * HOUR }),
      valueOf({ engine: 'claude', tokens: null }),
    ]
    expect(tokenShares(lanes, NOW - 12 * HOUR)).toEqual([
      { engine: 'codex', tokens: 820, part: 0.82 },
      { engine: 'claude', tokens: 180, part: 0.18 },
    ])
    const [codex, claude] = [
      lane('a', { tokens: 820 }),
      lane('b', { engine: 'claude', tokens: 180 }),
    ]
    expect(figures(codex, claude).at(-1)?.text).toBe('codex 82% of tokens today')
    expect(tokenShares([valueOf({ tokens: 0 })], 0)).toEqual([])
  })

  it('[B07] make one whole, and miss a share exactly when they are below it', () => {
    const some = fc.record({
      engine: fc.constantFrom(...ENGINES),
      tokens: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
      activeAt: fc.integer({ min: NOW - 48 * HOUR, max: NOW }),
    })
    fc.assert(
      fc.property(fc.array(some), fc.double({ min: 0, max: 1, noNaN: true }), (changes, least) => {
        const lanes = changes.map(change => valueOf(change))
        const since = NOW - 12 * HOUR
        const shares = tokenShares(lanes, since)
        const whole = shares.reduce((sum, { part }) => sum + part, 0)
        if (shares.length > 0) expect(whole).toBeCloseTo(1)
        const codex = shares.find(({ engine }) => engine === 'codex')
        const missed = missedShares(lanes, since, { codex: least })
        expect(missed.length > 0).toBe(codex !== undefined && codex.part < least)
      }),
    )
  })
})

describe('work in vain', () => {
  it('[B10] is counted when it cost tokens, ended today, and left nothing', () => {
    const commit = { kind: 'commit' as const, ref: 'abc', at: NOW - MINUTE }
    const shown = figures(
      lane('vain', { ...ended, tokens: 41_000 }),
      lane('vain too', { ...ended, tokens: 5 }),
      lane('free', { ...ended, tokens: 0 }),
      lane('unknown', { ...ended, tokens: null }),
      lane('yesterday', { ...ended, tokens: 9, endedAt: NOW - 20 * HOUR }),
      lane('fruitful', { ...ended, tokens: 9, result: 'local', evidence: [commit] }),
      lane('at work', { tokens: 9 }),
    )
    expect(shown).toContainEqual({ text: '2 no-op today', tone: 'wait' })
    expect(laneRow(valueOf({ ...ended, tokens: 41_000 })).fact).toBe('no-op, 41k tokens')
  })

  it('[B10] is not made up for by uptime: the headline counts evidence of the last hour, once', () => {
    const at = (ref: string, ago: number) => ({ kind: 'commit' as const, ref, at: NOW - ago })
    const old = { startedAt: NOW - 100 * HOUR }
    expect(figures(lane('a', old), lane('b', old)).at(1)).toEqual({
      text: 'evidence 0/h',
      tone: 'plain',
    })
    const shown = figures(
      lane('a', { evidence: [at('one', MINUTE), at('old', 2 * HOUR)] }),
      lane('b', { evidence: [at('one', MINUTE), at('two', MINUTE)] }),
    )
    expect(shown).toContainEqual({ text: 'evidence 2/h', tone: 'good' })
  })
})

it('rows of risks stand by weight: models, shares, bypasses, then how the tokens are shared', () => {
  const risk = { flags: ['--yolo'], reach: 'box' as const }
  const facts = [
    ...SOURCES,
    lane('bold', { risk, tokens: 10 }),
    breach({ about: 'share', rule: 'r', model: null, line: null }, 'a share'),
    breach(),
  ]
  const kinds = riskRows(worldOf(facts), NOW).map(row =>
    row.kind === 'breach' ? row.about : row.kind,
  )
  expect(kinds).toEqual(['model', 'share', 'bypass', 'share', 'share'])
})
