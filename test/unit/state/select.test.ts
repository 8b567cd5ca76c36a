import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../state/facts.ts'
import { age, bytes, count, short } from '../../../state/format.ts'
import { logLine } from '../../../state/log-line.ts'
import { EMPTY_WORLD, reduce, worldOf } from '../../../state/reduce.ts'
import { detailOf } from '../../../state/select/detail.ts'
import { mergeHistogram } from '../../../state/select/dock-figures.ts'
import { headline, landedToday } from '../../../state/select/headline.ts'
import { laneRow } from '../../../state/select/lane.ts'
import { firstRun } from '../../../state/select/note.ts'
import { paneRows, SORTS } from '../../../state/select/rows.ts'
import { LANE_RESULTS, LANE_STATUSES } from '../../../state/words.ts'
import { FACTORY } from '../../terminal/parts/factory.ts'
import {
  fact,
  HOUR,
  landing,
  lane,
  link,
  MINUTE,
  manyLanes,
  NOW,
  pr,
  source,
  transcripts,
} from '../../terminal/parts/facts.ts'

/** Times of day below are meant there. */
process.env['TZ'] = 'UTC'

const ALL = { filter: '', sort: 'attention' } as const
const texts = (facts: readonly Fact[], pane: Parameters<typeof headline>[1]) =>
  headline(worldOf(facts), pane, NOW).map(({ text }) => text)
const laneOf = (change: Parameters<typeof lane>[1]) => {
  const { value } = lane('x', change)
  return value as Parameters<typeof laneRow>[0]
}

describe('a pane that nobody has looked at', () => {
  it('is not known to hold nothing, though what others saw was judged', () => {
    expect(texts([link(), source('locks')], 'heals')).toEqual(['?'])
    expect(texts([link(), source('locks'), source('cron')], 'heals')).toContain('none open')
  })
})

describe('the world', () => {
  it('keeps the maps that no fact touches', () => {
    const before = worldOf(FACTORY)
    const next = reduce(before, [lane('one more')])
    expect(next.pr).toBe(before.pr)
    expect(next.lane).not.toBe(before.lane)
    expect(before.lane.has('one more')).toBe(false)
    expect(reduce(before, [])).toBe(before)
  })

  it('forgets what is gone', () => {
    const world = reduce(worldOf(FACTORY), [fact('lane', 'berth-board', null)])
    expect(world.lane.has('berth-board')).toBe(false)
  })

  it('is the same whether facts come at once or one by one', () => {
    const slowly = FACTORY.reduce((world, each) => reduce(world, [each]), EMPTY_WORLD)
    expect(slowly).toEqual(worldOf(FACTORY))
  })
})

describe('rows', () => {
  it('stand by attention, and do not move when only time passes', () => {
    const world = worldOf(FACTORY)
    const names = paneRows(world, 'lanes', ALL).map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual(['crane-roster-2', 'berth-board'])
    const later = reduce(world, [
      lane('groundwork', { startedAt: NOW - 3 * HOUR, activeAt: NOW + HOUR }),
    ])
    expect(paneRows(later, 'lanes', ALL).map(({ name }) => name)).toEqual(names)
  })

  it('are the same objects until their fact changes', () => {
    const world = worldOf(manyLanes(50))
    const before = paneRows(world, 'lanes', ALL)
    expect(paneRows(world, 'lanes', ALL)).toBe(before)
    const next = paneRows(reduce(world, [lane('lane-0001', { status: 'stalled' })]), 'lanes', ALL)
    expect(next.filter(row => !before.includes(row)).map(({ id }) => id)).toEqual(['lane-0001'])
  })

  it('[N05] are filtered by every word, and sorted', () => {
    const world = worldOf(FACTORY)
    const found = paneRows(world, 'lanes', { filter: 'WORK git', sort: 'name' })
    expect(found.map(({ name }) => name)).toEqual(['pilot-queue-v3'])
    for (const sort of SORTS) {
      expect(paneRows(world, 'queue', { filter: '', sort })).toHaveLength(5)
    }
  })

  it('[A07] are stale when the link is down, and only those that came over it', () => {
    const here = transcripts('claude', { where: 'here', root: '/home/me/.claude' })
    const world = worldOf([...FACTORY, here, link({ state: 'down', since: NOW - HOUR })])
    expect(paneRows(world, 'lanes', ALL).every(({ stale, tone }) => stale && tone === 'dim')).toBe(
      true,
    )
    expect(paneRows(world, 'queue', ALL).some(({ stale }) => stale)).toBe(false)
    const fresh = paneRows(world, 'pkm', ALL).filter(({ stale }) => !stale)
    expect(fresh.map(({ tag }) => tag)).toEqual(['here'])
  })
})

describe('words', () => {
  it('[F11] `done` is no word of ours, for any status and result', () => {
    const said = LANE_STATUSES.flatMap(status =>
      LANE_RESULTS.map(result => laneRow(laneOf({ status, result, tokens: 9 }))),
    ).flatMap(({ state, fact: text }) => [state, text])
    expect(said.join(' ')).not.toMatch(/\bdone\b/i)
  })

  it('[M06] only evidence is green: no status that is not ended, and no bare claim', () => {
    const green = LANE_STATUSES.flatMap(status =>
      LANE_RESULTS.filter(result => laneRow(laneOf({ status, result })).tone === 'good').map(
        result => `${status} ${result}`,
      ),
    )
    expect(green).toEqual(['ended pushed', 'ended in-review', 'ended queued', 'ended landed'])
  })

  it('[M06] a service that merely runs is not green', () => {
    const world = worldOf([
      fact('job', 'daemon', {
        name: 'daemon',
        origin: 'service',
        schedule: '',
        command: '',
        next: null,
        previousDue: null,
        last: null,
        state: 'ok',
        periodsLate: 0,
        message: null,
      }),
    ])
    expect(paneRows(world, 'heals', ALL)[0]?.tone).toBe('plain')
  })
})

describe('headlines', () => {
  it('[N01] carry the figures of each pane', () => {
    expect(texts(FACTORY, 'lanes')).toEqual([
      '5 live',
      '1 stalled',
      '1 waiting',
      'evidence 1/h',
      '1 no-op today',
      'codex 100% of tokens today',
    ])
    expect(texts(FACTORY, 'queue')[0]).toBe('5 open')
    expect(texts(FACTORY, 'heals')).toEqual(['1 open', '1 healed today', '3 jobs'])
    expect(texts(FACTORY, 'pkm')).toEqual(['2 sources', '2 behind'])
  })

  it('[A07] sum nothing that is stale, and are `?` before anyone looked', () => {
    const down = [...FACTORY, link({ state: 'down', since: NOW - 22 * MINUTE })]
    expect(texts(down, 'lanes')).toEqual(['unreachable since 12:31'])
    expect(texts(down, 'queue')[0]).toBe('5 open')
    expect(texts([link()], 'queue')).toEqual(['?'])
    const failed = source('github', { state: 'error', since: NOW - HOUR, message: 'HTTP 502' })
    expect(texts([...FACTORY, failed], 'queue')).toEqual(['stale since 11:53'])
    expect(landedToday(worldOf([...FACTORY, failed]), NOW)).toBe('landed ?')
  })

  it('[A07] a probe that fails makes stale what comes from the host', () => {
    const failed = source('probe', { state: 'error', since: NOW - HOUR, message: 'no node' })
    expect(texts([...FACTORY, failed], 'lanes')).toEqual(['stale since 11:53'])
    expect(texts([...FACTORY, failed], 'queue')[0]).toBe('5 open')
  })

  it('say all captured only when every file of every present source is known to be', () => {
    const looked = source('transcripts')
    const whole = transcripts('codex')
    expect(texts([looked, whole], 'pkm')).toEqual(['all captured'])
    const unknown = transcripts('claude', { captured: null })
    expect(texts([looked, whole, unknown], 'pkm')).toEqual(['2 sources', '1 not captured'])
  })

  it('[F10] count what landed since midnight, each pull request of a train', () => {
    const beside = { ...landing(140, 1), key: 'yard/dock#141' }
    const world = worldOf([source('github'), landing(140, 1), beside, landing(99, 20)])
    expect(landedToday(world, NOW)).toBe('landed 2 today, 0.2/h')
  })

  it('tell the merge states, most first', () => {
    const dirty = [1, 2, 3].map(number => pr(number, 't', { mergeState: 'DIRTY' }))
    expect(mergeHistogram(worldOf([...dirty, pr(9, 't')]))).toEqual([
      ['dirty', 3],
      ['clean', 1],
    ])
  })
})

describe('details', () => {
  it('say where every figure came from and when, and why it is stale', () => {
    const world = worldOf([
      ...FACTORY,
      link({ state: 'down', since: NOW - HOUR, message: 'reset' }),
    ])
    const seen = world.lane.get('pilot-queue-v3')
    const lines = seen ? detailOf(world, seen, NOW).lines : []
    const told = Object.fromEntries(lines.map(({ label, text }) => [label, text]))
    expect(told['seen']).toBe('12:53 by lanes on yard')
    expect(told['stale']).toBe('since 11:53: reset')
    expect(told['evidence']).toContain('commit 85b6daf3aa11')
  })

  it('counts ages of what the host saw on the clock of the host', () => {
    const world = worldOf([
      link({ skewMs: -10 * MINUTE }),
      lane('x', { activeAt: NOW - 12 * MINUTE }),
    ])
    const seen = world.lane.get('x')
    const lines = seen ? detailOf(world, seen, NOW).lines : []
    expect(lines.find(({ label }) => label === 'last output')?.text).toContain('(2m)')
  })
})

describe('small things', () => {
  it('writes spans and amounts short', () => {
    const at = (ms: number): string => age(NOW - ms, NOW)
    expect([0, 59_999, MINUTE, 59 * MINUTE, HOUR, 50 * HOUR].map(at)).toEqual([
      'now',
      'now',
      '1m',
      '59m',
      '1h',
      '2d',
    ])
    expect(age(null, NOW)).toBe('?')
    expect(age(NOW + HOUR, NOW)).toBe('now')
    expect([count(1_204), short(41_000), short(1_250_000), bytes(1_430_000)]).toEqual([
      '1,204',
      '41k',
      '1.3M',
      '1.4 MB',
    ])
  })

  it('explains itself only while nothing was seen', () => {
    expect(firstRun(worldOf([link()]))).toHaveLength(5)
    expect(firstRun(worldOf(FACTORY))).toEqual([])
    expect(firstRun(worldOf([link({ state: 'down' })]))).toEqual([])
  })

  it.each([
    ['plain text', 'plain text'],
    ['{"type":"turn.started"}', 'turn.started'],
    [
      '{"type":"item.started","item":{"type":"command_execution","command":"ls"}}',
      'item.started command_execution: ls',
    ],
    ['{"type":"error","message":"limit"}', 'error: limit'],
    [
      '{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"ls"}}]}}',
      'assistant: Bash ls',
    ],
    [
      '{"type":"assistant","message":{"content":[{"type":"text","text":"Hello"}]}}',
      'assistant: Hello',
    ],
    ['{"cut":', '{"cut":'],
    ['{"no":"type"}', '{"no":"type"}'],
    ['[1]', '[1]'],
  ])('tells the log line %j', (raw, told) => {
    expect(logLine(raw)).toBe(told)
  })
})
