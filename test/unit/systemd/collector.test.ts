import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandRun, RunCommand } from '../../../adapters/command.ts'
import { systemdCollector } from '../../../adapters/systemd/collector.ts'
import { SpineConfig } from '../../../state/config.ts'
import type { JobFact } from '../../../state/facts.ts'

const NOW = Date.parse('2026-11-21T12:50:00Z')
const MINUTE = 60_000
const idle = new AbortController().signal
const us = (iso: string) => Date.parse(iso) * 1_000

/** As systemd 252 prints it: `left` and `passed` repeat the absolute times. */
const TIMERS = JSON.stringify([
  {
    next: us('2026-11-22T04:00:00Z'),
    left: us('2026-11-22T04:00:00Z'),
    last: us('2026-11-21T04:00:00Z'),
    passed: us('2026-11-21T04:00:00Z'),
    unit: 'backup-repos.timer',
    activates: 'backup-repos.service',
  },
  {
    next: null,
    left: 0,
    last: us('2026-11-21T12:00:00Z'),
    passed: 0,
    unit: 'index.timer',
    activates: 'index.service',
  },
  { next: 0, left: 0, last: 0, passed: 0, unit: 'parked.timer', activates: 'parked.service' },
  {
    next: 2 ** 64,
    left: 0,
    last: null,
    passed: 0,
    unit: 'never.timer',
    activates: null,
  },
  {
    next: us('2026-11-21T12:00:00Z'),
    left: 0,
    last: us('2026-11-21T11:45:00Z'),
    passed: 0,
    unit: 'hung.timer',
    activates: 'hung.service',
  },
])

const UNITS = `Id=backup-repos.timer
LoadState=loaded
ActiveState=active
SubState=waiting
Result=success
TimersCalendar={ OnCalendar=*-*-* 04:00:00 ; next_elapse=Sun 2026-11-22 04:00:00 UTC }

Result=exit-code
ExecMainStatus=2
ExecStart={ path=/srv/bin/backup ; argv[]=/srv/bin/backup --all ; ignore_errors=no ; start_time=[n/a] ; pid=0 }
Id=backup-repos.service
LoadState=loaded
ActiveState=failed
SubState=failed

Id=index.service
LoadState=loaded
ActiveState=activating
SubState=start
Result=success

Id=gateway.service
LoadState=loaded
ActiveState=active
SubState=running
Result=success

Id=flapping.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
Result=exit-code
ExecMainStatus=75

Id=ghost.service
LoadState=not-found
ActiveState=inactive
SubState=dead
`

const exited = (stdout: string, stderr = '', code = 0): CommandRun => ({
  kind: 'exited',
  code,
  stdout,
  stderr,
})

describe('user timers and services', () => {
  let home: string
  const asked: string[][] = []
  beforeEach(async () => {
    asked.length = 0
    home = await mkdtemp(join(tmpdir(), 'dockmaster-systemd-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const systemctl = (timers: string, units = UNITS): RunCommand => {
    return async (_file, args) => {
      asked.push([...args])
      return exited(args.includes('list-timers') ? timers : units)
    }
  }
  const lookWith = async (run: RunCommand, spine: Partial<SpineConfig> = {}) => {
    const config = SpineConfig.parse(spine)
    return await systemdCollector(config, { now: () => NOW, home, run }).look(null, idle)
  }
  const jobs = async (...args: Parameters<typeof lookWith>): Promise<Map<string, JobFact>> => {
    const { drafts } = await lookWith(...args)
    return new Map(
      drafts.flatMap(d => (d.kind === 'job' && d.value ? [[d.key, d.value] as const] : [])),
    )
  }

  it('[E02] next and last are absolute microseconds; nothing is taken from left and passed', async () => {
    const found = await jobs(systemctl(TIMERS))
    expect(found.get('timer/backup-repos.timer')).toEqual({
      name: 'backup-repos',
      origin: 'timer',
      schedule: '*-*-* 04:00:00',
      command: '/srv/bin/backup --all',
      next: Date.parse('2026-11-22T04:00:00Z'),
      previousDue: Date.parse('2026-11-21T04:00:00Z'),
      last: Date.parse('2026-11-21T04:00:00Z'),
      state: 'failed',
      periodsLate: 0,
      message: 'exit-code, exit status 2',
    })
    expect(found.get('timer/index.timer')).toMatchObject({ next: null, state: 'running' })
    expect(found.get('timer/parked.timer')).toMatchObject({
      next: null,
      last: null,
      state: 'stopped',
    })
    expect(found.get('timer/never.timer')).toMatchObject({
      next: null,
      last: null,
      state: 'stopped',
    })
    expect(found.get('timer/hung.timer')).toMatchObject({ state: 'late', periodsLate: 1 })
  })

  it('[E02] times as text, as some versions print them, are read too', async () => {
    const text = JSON.stringify([
      { next: String(us('2026-11-22T04:00:00Z')), last: null, unit: 'a.timer' },
    ])
    const found = await jobs(systemctl(text))
    expect(found.get('timer/a.timer')).toMatchObject({
      next: Date.parse('2026-11-22T04:00:00Z'),
      last: null,
    })
  })

  it('a run that ended well and changed nothing is late; one without an effect is unobservable', async () => {
    const timers = JSON.stringify([
      {
        next: us('2026-11-21T13:00:00Z'),
        last: us('2026-11-21T12:00:00Z'),
        unit: 'sync.timer',
        activates: 'sync.service',
      },
      {
        next: us('2026-11-21T13:00:00Z'),
        last: us('2026-11-21T12:00:00Z'),
        unit: 'mute.timer',
        activates: 'mute.service',
      },
    ])
    const effects = [{ job: 'sync', file: '~/synced' }]
    const aged = async (minutes: number) => {
      await writeFile(join(home, 'synced'), '')
      const at = (NOW - minutes * MINUTE) / 1_000
      await utimes(join(home, 'synced'), at, at)
      return (await jobs(systemctl(timers, ''), { effects })).get('timer/sync.timer')
    }
    expect(await aged(45)).toMatchObject({ state: 'ok', last: NOW - 45 * MINUTE })
    expect(await aged(175)).toMatchObject({ state: 'late', periodsLate: 3 })
    const found = await jobs(systemctl(timers, ''), { effects })
    expect(found.get('timer/mute.timer')).toMatchObject({ state: 'unobservable' })
  })

  it('services are running, failed, or unknown to systemd, by their own words', async () => {
    const services = ['gateway', 'flapping.service', 'ghost']
    const found = await jobs(systemctl('[]'), { services })
    expect(found.get('service/gateway.service')).toMatchObject({
      name: 'gateway',
      state: 'running',
    })
    expect(found.get('service/flapping.service')).toMatchObject({
      state: 'failed',
      message: 'exit-code, exit status 75',
    })
    expect(found.get('service/ghost.service')).toMatchObject({ state: 'unreadable' })
    // Names stand after `--`: one that begins with a dash is no option.
    expect(asked.at(-1)?.slice(-4)).toEqual([
      '--',
      'gateway.service',
      'flapping.service',
      'ghost.service',
    ])
  })

  it('[A07] a bus that was there, or whose services are named, is unreachable when it is gone', async () => {
    const gone = exited('', 'Failed to connect to bus: No medium found', 1)
    expect(await lookWith(async () => gone, { services: ['gateway'] })).toMatchObject({
      state: 'unreachable',
    })
  })

  it.each<[CommandRun, string]>([
    [{ kind: 'missing' }, 'absent'],
    [{ kind: 'broken', message: 'it gave no answer within 10000 ms' }, 'unreachable'],
    [exited('', 'System has not been booted with systemd as init system (PID 1).', 1), 'absent'],
    [exited('', 'Failed to connect to bus: No medium found', 1), 'absent'],
    [
      exited(
        '',
        'Failed to connect to bus: $DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined',
        1,
      ),
      'absent',
    ],
    [exited('', 'Failed to connect to bus: Permission denied', 1), 'denied'],
    [exited('', "systemctl: unrecognized option '--output=json'", 1), 'error'],
    [exited('NEXT LEFT LAST PASSED UNIT ACTIVATES\n'), 'error'],
    [exited('[{"what":1},{"unit":3}]'), 'error'],
  ])('[A07] %j is %s, with a mend', async (run, state) => {
    const look = await lookWith(async () => run)
    expect(look).toMatchObject({
      state,
      message: expect.any(String),
      mend: expect.any(String),
      drafts: [],
    })
  })
})
