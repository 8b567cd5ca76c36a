import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Fact } from '../../../../state/facts.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import { worldRecorder } from '../../../../state/journal/recorder.ts'
import { worthJournaling } from '../../../../state/journal/seen.ts'
import { scratch } from '../../../setup/scratch.ts'
import { breach, gone, job, landing, lane, link, pr, source } from './world.ts'

/** The texts that a run of facts about one thing gives rise to. */
function told(...facts: Fact[]): string[] {
  let seen: Parameters<typeof worthJournaling>[0] = null
  return facts.flatMap(fact => {
    const news = worthJournaling(seen, fact)
    seen = news?.seen ?? seen
    return news ? [news.entry.text] : []
  })
}

describe('what is worth an entry', () => {
  it.each<[string, Fact[], string[]]>([
    [
      'a lane: its changes of status, not each word of one at work',
      [
        lane('a', { status: 'starting' }),
        lane('a'),
        lane('a', { status: 'thinking' }),
        lane('a', { status: 'quiet', tokens: 99 }),
        lane('a', { status: 'stalled', cause: 'reconnecting' }),
        lane('a'),
        lane('a', { status: 'ended', result: 'claimed' }),
        lane('a', { status: 'ended', result: 'landed' }),
      ],
      [
        'status starting',
        'status starting → at work',
        'status at work → stalled: reconnecting',
        'status stalled → at work',
        'status at work → ended, result none → claimed',
        'result claimed → landed',
      ],
    ],
    [
      '[B16] a lane that bypasses what should hold it: once, when it is known what it reaches',
      [
        lane('a', { risk: { flags: ['--yolo'], reach: 'unknown' } }),
        lane('a', { risk: { flags: ['--yolo'], reach: 'host' } }),
        lane('a', { risk: { flags: ['--yolo'], reach: 'host' }, status: 'thinking' }),
        lane('a', { status: 'ended', result: 'claimed' }),
      ],
      [
        'status at work',
        'bypass on the host (--yolo)',
        'status at work → ended, result none → claimed',
      ],
    ],
    [
      '[B06] [B07] a rule that is broken: once, until it is mended, and again',
      [breach(), breach(), gone(breach()), gone(breach()), breach()],
      [
        'breach banned *-spark: model-5-spark, /srv/ops/night.sh:3',
        'no longer there',
        'breach banned *-spark: model-5-spark, /srv/ops/night.sh:3',
      ],
    ],
    [
      'a pull request: settled states only',
      [
        pr(1, { mergeState: 'UNKNOWN', checks: 'pending' }),
        pr(1, { mergeState: 'CLEAN', checks: 'pending' }),
        pr(1, { mergeState: 'UNKNOWN', checks: 'passing' }),
        pr(1),
        pr(1, { mergeState: 'DIRTY', checks: 'failing', title: 'other' }),
        gone(pr(1)),
        gone(pr(1)),
        pr(1, { mergeState: 'DIRTY', checks: 'failing' }),
      ],
      [
        'merge state CLEAN',
        'checks passing',
        'merge state CLEAN → DIRTY, checks passing → failing',
        'no longer there',
        'merge state DIRTY, checks failing',
      ],
    ],
    ['a landing: once, with its SHA', [landing(1), landing(1)], [`landed ${'b'.repeat(40)}`]],
    [
      'a job: only what is out of the ordinary, and its end',
      [
        job('j'),
        job('j', { state: 'running' }),
        job('j', { state: 'late', message: 'no effect' }),
        job('j'),
        gone(job('j')),
      ],
      ['state late: no effect', 'state late → ok'],
    ],
    [
      'a source: as a job',
      [
        source('s'),
        source('s', { lookedAt: 9 }),
        source('s', { state: 'denied', message: 'token' }),
        source('s'),
      ],
      ['state denied: token', 'state denied → ok'],
    ],
    [
      'the link: up and down, not the attempts between',
      [
        link('connecting'),
        link('up'),
        link('connecting'),
        link('up'),
        link('down'),
        link('connecting'),
        link('down'),
      ],
      ['state up', 'state up → down'],
    ],
    [
      'a lane that vanished while it was live',
      [lane('a'), gone(lane('a'))],
      ['status at work', 'no longer there'],
    ],
    [
      'a lane that vanished after its end',
      [lane('a', { status: 'ended' }), gone(lane('a'))],
      ['status ended'],
    ],
    ['something gone that was never seen', [gone(lane('a'))], []],
  ])('%s', (_name, facts, texts) => {
    expect(told(...facts)).toEqual(texts)
  })

  it('[O08] bounds and cleans what it takes from outside', () => {
    const hostile = lane(`a\x1b[2J${'x'.repeat(9_000)}`, {
      status: 'stalled',
      cause: `\x07${'y'.repeat(9_000)}`,
    })
    const news = worthJournaling(null, hostile)
    expect(news?.entry.subject).toHaveLength(500)
    expect(news?.entry.text.length).toBeLessThan(600)
    expect(JSON.stringify(news?.entry.subject) + news?.entry.text).not.toMatch(/\\u00|\p{Cc}/u)
  })
})

describe('the recorder', () => {
  function started(path = join(scratch(), 'journal.db')) {
    const journal = openJournal(path)
    onTestFinished(() => journal.close())
    const record = worldRecorder(journal)
    const texts = () => journal.list({}).map(row => `${row.author} ${row.subject}: ${row.text}`)
    return { path, journal, record, texts }
  }

  it('writes the news of a batch, by the source that saw them', () => {
    const { record, texts, journal } = started()
    record([lane('a'), pr(1), job('j'), lane('b')])
    record([lane('a', { status: 'quiet' }), gone(lane('b'))])
    expect(texts()).toEqual([
      'test a: status at work',
      'test octo/repo#1: merge state CLEAN, checks passing',
      'test b: status at work',
      'test b: no longer there',
    ])
    expect(journal.list({ limit: 1 })[0]?.at).toBe(1_000)
  })

  it('takes several facts about one thing in one batch in their order', () => {
    const { record, texts } = started()
    record([lane('a'), lane('a', { status: 'ended', result: 'failed' }), gone(lane('a'))])
    expect(texts()).toEqual([
      'test a: status at work',
      'test a: status at work → ended, result none → failed',
    ])
  })

  it('[I04] started again it tells no old news, and does tell what changed meanwhile', () => {
    const first = started()
    const world = [
      lane('a'),
      lane('b'),
      pr(1),
      landing(1),
      job('j', { state: 'failed' }),
      source('s'),
      link('up'),
    ]
    first.record(world)
    const before = first.texts()
    first.journal.close()

    const second = started(first.path)
    second.record(world)
    expect(second.texts()).toEqual(before)
    second.record([
      lane('a'),
      lane('b', { status: 'ended', result: 'pushed' }),
      pr(1, { mergeState: 'DIRTY' }),
      job('j'),
    ])
    expect(second.texts().slice(before.length)).toEqual([
      'test b: status at work → ended, result none → pushed',
      'test octo/repo#1: merge state CLEAN → DIRTY',
      'test j: state failed → ok',
    ])
  })

  it('keeps apart a pull request and its landing, and lanes of one name', () => {
    const first = started()
    const world = [
      pr(1),
      landing(1),
      lane('x', { name: 'same' }),
      lane('y', { name: 'same', status: 'stalled' }),
    ]
    first.record(world)
    expect(first.texts()).toHaveLength(4)
    first.journal.close()
    const second = started(first.path)
    second.record(world)
    expect(second.texts()).toHaveLength(4)
  })
})
