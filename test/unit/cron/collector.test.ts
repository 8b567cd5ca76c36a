import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandRun } from '../../../adapters/command.ts'
import { cronCollector } from '../../../adapters/cron/collector.ts'
import { SpineConfig } from '../../../state/config.ts'
import type { JobFact } from '../../../state/facts.ts'

const NOW = Date.parse('2026-11-21T12:50:00Z')
const MINUTE = 60_000
const idle = new AbortController().signal

describe('the crontab as facts', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'dockmaster-cron-'))
    await mkdir(join(home, 'log'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const write = async (name: string, ageMinutes: number, text = 'tick\nswept 3 boxes\n') => {
    const path = join(home, name)
    await writeFile(path, text)
    await utimes(path, (NOW - ageMinutes * MINUTE) / 1_000, (NOW - ageMinutes * MINUTE) / 1_000)
  }
  const look = async (text: string, spine: Partial<SpineConfig> = {}, bootAt = 0) => {
    await writeFile(join(home, 'crontab'), text)
    const config = SpineConfig.parse({ crontabFile: '~/crontab', ...spine })
    const deps = { now: () => NOW, home, zone: 'UTC', bootAt }
    return await cronCollector(config, deps).look(null, idle)
  }
  const jobs = async (...args: Parameters<typeof look>): Promise<Map<string, JobFact>> => {
    const { drafts } = await look(...args)
    return new Map(
      drafts.flatMap(d => (d.kind === 'job' && d.value ? [[d.key, d.value] as const] : [])),
    )
  }

  it('[E01] a job whose log grew after it was due is in time, and says its last line', async () => {
    await write('log/watchdog.log', 4)
    const found = await jobs('*/15 * * * * /srv/bin/watchdog.sh >> ~/log/watchdog.log 2>&1')
    expect(found.get('cron/watchdog')).toEqual({
      name: 'watchdog',
      origin: 'cron',
      schedule: '*/15 * * * *',
      command: '/srv/bin/watchdog.sh >> ~/log/watchdog.log 2>&1',
      next: Date.parse('2026-11-21T13:00:00Z'),
      previousDue: Date.parse('2026-11-21T12:45:00Z'),
      last: NOW - 4 * MINUTE,
      state: 'ok',
      periodsLate: 0,
      message: 'swept 3 boxes',
    })
  })

  it('[E01] an effect older than a due time is late by whole periods, after a grace', async () => {
    await write('log/janitor.log', 40)
    const text = '*/15 * * * * janitor >> ~/log/janitor.log'
    expect((await jobs(text)).get('cron/janitor')).toMatchObject({ state: 'late', periodsLate: 3 })
    // Due five minutes ago with a grace of 3:45: late; due two minutes ago: not yet.
    await write('log/janitor.log', 19)
    expect((await jobs(text)).get('cron/janitor')).toMatchObject({ state: 'late', periodsLate: 1 })
    await write('log/marshal.log', 9)
    const marshal = await jobs('8-58/10 * * * * marshal >> ~/log/marshal.log')
    expect(marshal.get('cron/marshal')).toMatchObject({ state: 'ok', periodsLate: 0 })
  })

  it('a declared effect, by name or by the newest match of a glob, comes before the log', async () => {
    await write('log/snap-1.tar', 200)
    await write('log/snap-2.tar', 3)
    const effects = [
      { job: 'srv', file: '~/log/none' },
      { job: 'snapshot', file: '~/log/snap-*.tar' },
    ]
    const found = await jobs('*/15 * * * * /srv/bin/snapshot.sh >/dev/null', { effects })
    expect(found.get('cron/snapshot')).toMatchObject({ state: 'ok', last: NOW - 3 * MINUTE })
  })

  it('without an effect that can be seen a job is unobservable; a declared one must be there', async () => {
    await write('log/empty.log', 1, '')
    const text = [
      '0 * * * * silent >/dev/null 2>&1',
      '0 * * * * mute >> ~/log/empty.log',
      '0 * * * * gone',
    ].join('\n')
    const found = await jobs(text, { effects: [{ job: 'gone', file: '~/log/gone' }] })
    expect(found.get('cron/silent')).toMatchObject({ state: 'unobservable', last: null })
    expect(found.get('cron/mute')).toMatchObject({ state: 'unobservable', last: null })
    expect(found.get('cron/gone')).toMatchObject({ state: 'late', periodsLate: 1, last: null })
  })

  it('a job of the boot is late when nothing came of this boot', async () => {
    await write('log/prewarm.log', 300)
    const text = '@reboot /srv/bin/prewarm >> ~/log/prewarm.log'
    const booted = NOW - 200 * MINUTE
    expect((await jobs(text, {}, booted)).get('cron/prewarm')).toMatchObject({
      next: null,
      previousDue: booted,
      state: 'late',
    })
    expect((await jobs(text, {}, NOW - 400 * MINUTE)).get('cron/prewarm')?.state).toBe('ok')
  })

  it('[E01] CRON_TZ moves the due times; an unknown zone is unreadable', async () => {
    const found = await jobs(
      'CRON_TZ=Asia/Kolkata\n15 9 * * * a\nCRON_TZ=Nowhere/Town\n15 9 * * * b',
    )
    expect(found.get('cron/a')?.previousDue).toBe(Date.parse('2026-11-21T03:45:00Z'))
    expect(found.get('cron/b')).toMatchObject({
      state: 'unreadable',
      message: expect.stringContaining('Nowhere/Town'),
    })
  })

  it('[O08] keeps jobs of one name apart, and lists lines that cron would refuse', async () => {
    const found = await jobs('1 * * * * sync\n2 * * * * sync\n99 * * * * sync')
    expect([...found.keys()]).toEqual(['cron/sync', 'cron/sync#2', 'cron/line-3'])
    expect(found.get('cron/line-3')).toMatchObject({
      state: 'unreadable',
      command: '99 * * * * sync',
    })
  })

  it.each<[CommandRun, string]>([
    [{ kind: 'missing' }, 'absent'],
    [{ kind: 'broken', message: 'it gave no answer within 10000 ms' }, 'error'],
    [{ kind: 'exited', code: 1, stdout: '', stderr: 'no crontab for crew\n' }, 'ok'],
    [
      {
        kind: 'exited',
        code: 1,
        stdout: '',
        stderr: 'You (crew) are not allowed to use this program\n',
      },
      'denied',
    ],
    [{ kind: 'exited', code: 2, stdout: '', stderr: 'boom' }, 'error'],
  ])('[A07] crontab -l that ends as %j is %s, never zero jobs in silence', async (run, state) => {
    const deps = { now: () => NOW, home, zone: 'UTC', run: async () => run }
    const seen = await cronCollector(SpineConfig.parse({}), deps).look(null, idle)
    expect(seen.state).toBe(state)
    if (state !== 'ok')
      expect(seen).toMatchObject({ message: expect.any(String), mend: expect.any(String) })
  })

  it('[A07] a crontab file that is not there is absent and names the setting', async () => {
    const config = SpineConfig.parse({ crontabFile: '~/nowhere' })
    const seen = await cronCollector(config, { now: () => NOW, home, zone: 'UTC' }).look(null, idle)
    expect(seen).toMatchObject({
      state: 'absent',
      mend: expect.stringContaining('spine.crontabFile'),
    })
  })
})
