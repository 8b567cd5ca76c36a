import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchdogCollector } from '../../../adapters/watchdog/collector.ts'
import { parseWatchdog } from '../../../adapters/watchdog/events.ts'
import { SpineConfig } from '../../../state/config.ts'
import type { JobFact } from '../../../state/facts.ts'
import { eventually } from '../../setup/eventually.ts'

const NOW = Date.parse('2026-11-21T12:50:00Z')
const idle = new AbortController().signal

describe('lines of a watchdog', () => {
  it.each([
    [
      '2026-11-21T12:40:00Z heal runner offline -> restarted -> listening (38s)',
      'runner offline',
      'ok',
    ],
    ['2026-11-21T12:40:00Z FAIL janitor: disk 91% -> escalated', 'janitor: disk 91%', 'failed'],
    [
      '2026-11-21T12:40:00Z FAIL backup exit 2 -> run again -> exit 2 -> escalated (3 tries)',
      'backup exit 2',
      'failed',
    ],
    [
      '2026-11-21T12:40:00Z heal stale lock quay-118 → removed → checking',
      'stale lock quay-118',
      'running',
    ],
    ['2026-11-21T12:40:00Z heal gateway failed -> restarted -> healthy', 'gateway failed', 'ok'],
    [
      '2026-11-21T12:40:00Z detect scribe down, 3 tries -> could not restart',
      'scribe down, 3 tries',
      'failed',
    ],
    ['[2026-11-21 12:40:00.250+00:00] WARN: restart gateway', 'gateway', 'ok'],
    ['2026-11-21T12:40:00Z check: 14 lanes alive', '14 lanes alive', 'unobservable'],
  ])('%s', (line, subject, state) => {
    expect(parseWatchdog([line]).events).toMatchObject([{ subject, state }])
  })

  it('reads times with fractions, offsets, and of the local zone', () => {
    const at = (line: string) => parseWatchdog([line]).events[0]?.at
    expect(at('2026-11-21T12:40:00+02:00 x')).toBe(Date.parse('2026-11-21T10:40:00Z'))
    expect(at('2026-11-21 12:40:00,250 UTC x')).toBe(Date.parse('2026-11-21T12:40:00.250Z'))
    expect(at('2026-11-21T12:40:00 x')).toBe(new Date(2026, 10, 21, 12, 40).getTime())
  })

  it('[O08] whatever the lines, each is an event, unreadable, or carries one on', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map(text => `2026-11-21T12:40:00Z ${text}`),
      fc.constant('9999-99-99T99:99:99Z nonsense'),
    )
    fc.assert(
      fc.property(fc.array(line), lines => {
        const { events, unreadable } = parseWatchdog(lines)
        const carried = lines.filter(one => !/^\S/.test(one))
        expect(events.length + unreadable + carried.length).toBe(lines.length)
      }),
    )
  })
})

describe('the log of a watchdog', () => {
  let home: string
  let log: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'dockmaster-watchdog-'))
    log = join(home, 'watchdog.log')
  })
  afterEach(() => rm(home, { recursive: true, force: true }))
  const collector = () =>
    watchdogCollector(SpineConfig.parse({ watchdogLog: '~/watchdog.log' }), {
      now: () => NOW,
      home,
    })
  const jobs = async (): Promise<JobFact[]> =>
    (await collector().look(null, idle)).drafts.flatMap(d =>
      d.kind === 'job' && d.value ? [d.value] : [],
    )
  const line = (minutesAgo: number, text: string) =>
    `${new Date(NOW - minutesAgo * 60_000).toISOString()} ${text}\n`

  it('shows the newest 50 events of a day', async () => {
    const old = line(25 * 60, 'heal old -> ok')
    const many = Array.from({ length: 200 }, (_, index) =>
      line(200 - index, `heal n${index} -> ok`),
    )
    await writeFile(log, [old, ...many].join(''))
    const names = (await jobs()).map(job => job.name)
    expect(names).toHaveLength(50)
    expect(names.at(0)).toBe('n150')
    expect(names.at(-1)).toBe('n199')
    await writeFile(log, old)
    expect(await jobs()).toEqual([])
  })

  it('what was being checked long ago is not under way any more', async () => {
    await writeFile(log, line(20, 'detect a -> checking') + line(10, 'detect b -> checking'))
    expect((await jobs()).map(job => job.state)).toEqual(['unobservable', 'running'])
  })

  it('[O08] a log of a gigabyte is read from its end; a line that is still written waits', async () => {
    await writeFile(log, '')
    await truncate(log, 2 ** 30)
    await appendFile(log, `\n${line(2, 'heal runner -> ok')}${line(1, 'FAIL disk').trimEnd()}`)
    const before = process.memoryUsage().rss
    expect(await jobs()).toMatchObject([{ name: 'runner' }])
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
    await appendFile(log, '\n')
    expect((await jobs()).map(job => job.state)).toEqual(['ok', 'failed'])
  })

  it('[O08] lines without a time are counted in a row of their own', async () => {
    await writeFile(log, `${line(1, 'heal a -> ok')}  carried on\nnoise\nnoise\n`)
    expect(await jobs()).toMatchObject([
      { name: 'a', state: 'ok' },
      { state: 'unreadable', message: '2 of its latest lines begin with no time' },
    ])
  })

  it('[A07] a log that is not there, or none named, is absent with its mend', async () => {
    expect(await collector().look(null, idle)).toMatchObject({
      state: 'absent',
      mend: expect.any(String),
    })
    const unnamed = watchdogCollector(SpineConfig.parse({}), { now: () => NOW, home })
    expect(await unnamed.look(null, idle)).toMatchObject({
      state: 'absent',
      mend: expect.stringContaining('watchdogLog'),
    })
  })

  it('pokes when the log grows, also after it was rotated', async () => {
    await writeFile(log, '')
    const pokes: string[] = []
    const watching = new AbortController()
    void collector().watch?.(hint => pokes.push(hint), watching.signal)
    await appendFile(log, line(1, 'heal a -> ok'))
    await eventually('a poke', () => pokes.length > 0)
    await rename(log, `${log}.1`)
    await writeFile(log, '')
    pokes.length = 0
    await appendFile(log, line(1, 'heal b -> ok'))
    await eventually('a poke for the new log', () => pokes.includes(log))
    watching.abort()
  })
})
