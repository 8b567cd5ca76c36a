import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLine } from '../../../adapters/lane-log.ts'
import { LANE_FORMATS } from '../../../src/lanes/engines.ts'
import type { Follower } from '../../../src/probe/lanes/follow.ts'
import { holderOf, joinLanes, type Lane, nameOf } from '../../../src/probe/lanes/join.ts'
import { judge, laneFact } from '../../../src/probe/lanes/lane-fact.ts'
import { engineOf, type Process, type ProcessTable } from '../../../src/probe/lanes/processes.ts'
import { startOfThread, threadInName } from '../../../src/probe/lanes/thread-id.ts'
import { LaneFact } from '../../../state/facts.ts'
import { fixtureText, NOW, readText } from './lane-cases.ts'

const follower = (path: string, reading: Follower['reading'], modifiedAt = NOW): Follower => ({
  path,
  realPath: path,
  reading,
  size: 100,
  modifiedAt,
  bornAt: null,
  catchUp: async () => 'same',
})

const process = (over: Partial<Process>): Process => ({
  pid: 7,
  start: '1',
  startedAt: NOW - 1_000,
  engine: null,
  argv: [],
  cwd: null,
  ...over,
})

const table = (over: Partial<ProcessTable>): ProcessTable => ({
  at: NOW + 1,
  byFile: new Map(),
  byLock: new Map(),
  agents: [],
  ...over,
})

const context = { now: NOW, activeAt: NOW, cwd: null, hasLockFile: false, newestHere: true }

function only(files: Follower[], processes: ProcessTable | null = null): Lane {
  const [lane, ...more] = joinLanes(files, processes).lanes
  if (!lane || more.length > 0) throw new Error('not one lane')
  return lane
}

describe('a lane as a fact', () => {
  const huge = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.constantFrom(1e308, -1, Number.MAX_SAFE_INTEGER, 9e15, 1e13),
    fc.string({ maxLength: 5_000 }),
  )
  const bits = fc.dictionary(
    fc.constantFrom(
      'input_tokens',
      'output_tokens',
      'resets_at',
      'used_percent',
      'resetsAt',
      'status',
      'exit_code',
      'text',
      'id',
      'command',
      'message',
      'cwd',
      'model',
      'thread_id',
      'type',
    ),
    huge,
  )
  const events = fc.oneof(
    bits.map(usage => ({ type: 'turn.completed', usage })),
    bits.map(item => ({
      type: 'item.completed',
      item: { type: 'command_execution', command: 'x', ...item },
    })),
    bits.map(error => ({
      type: 'turn.failed',
      error: { message: 'try again at Jan 1st, 0001 1:00 AM', ...error },
    })),
    bits.map(each => ({ ...each, type: 'thread.started' })),
    fc.record({
      timestamp: fc.constantFrom(
        '2026-11-20T00:00:00Z',
        '-271821-04-20T00:00:00Z',
        '+275760-09-13T00:00:00Z',
      ),
      type: fc.constant('event_msg'),
      payload: bits.map(primary => ({
        type: 'token_count',
        info: { total_token_usage: primary },
        rate_limits: { primary: { used_percent: 100, ...primary } },
      })),
    }),
    bits.map(info => ({
      type: 'rate_limit_event',
      session_id: 's',
      rate_limit_info: { ...info, status: 'rejected' },
    })),
    bits.map(usage => ({ type: 'result', is_error: true, session_id: 's', usage, ...usage })),
  )

  it('[O08] is one that the hub accepts, and bounded, whatever its files claim', () => {
    const starts = ['codex/ok', 'codex/limit429.rollout', 'claude/ok', 'claude/ok.transcript']
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.array(events, { maxLength: 12 }), (name, some) => {
        let reading = readText(`${fixtureText(name).split('\n')[0]}\n`)
        for (const event of some) {
          reading = readLine(reading, { kind: 'line', text: JSON.stringify(event) }, LANE_FORMATS)
        }
        const lane = only([follower('/srv/lanes/a.jsonl', reading)])
        const holder = holderOf(lane, { ...context, table: null })
        const work = { kind: 'unknown', why: 'not looked at' } as const
        for (const zone of ['UTC', 'Pacific/Kiritimati']) {
          const judged = judge(lane, holder, { now: NOW, zone }, () => work)
          const fact = laneFact(judged, null, () => 'unknown')
          expect(LaneFact.safeParse(fact).error).toBeUndefined()
          expect(JSON.stringify(fact).length).toBeLessThan(20_000)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('has the name that a person would call it by', () => {
    const reading = readText(fixtureText('codex/ok'))
    const at = (path: string) => nameOf(only([follower(path, reading)]), '/srv/api')
    expect(at('/srv/lanes/docker-base.jsonl')).toBe('docker-base')
    expect(at('/srv/lanes/docker-base/log.jsonl')).toBe('docker-base')
    const session = only([
      follower('/s/rollout-x.jsonl', readText(fixtureText('codex/ok.rollout'))),
    ])
    expect(nameOf(session, '/srv/api')).toBe('api')
    expect(nameOf(session, null)).toBe('01a1fb3b')
  })
})

describe('who holds a lane', () => {
  const log = follower('/l/a.jsonl', readText(fixtureText('codex/sigkill_native')))
  const lane = only([log])
  const thread = lane.threadId ?? ''
  const writer = process({ pid: 8 })

  it('is the holder of its lock, before anybody who has its file open', () => {
    const processes = table({
      byFile: new Map([[log.path, writer]]),
      byLock: new Map([[thread, process({ pid: 9 })]]),
    })
    expect(holderOf(lane, { ...context, table: processes })).toMatchObject({
      held: true,
      process: { pid: 9 },
    })
  })

  it('is nobody while its lock is free, whoever has its file open', () => {
    const processes = table({ byFile: new Map([[log.path, writer]]) })
    expect(holderOf(lane, { ...context, table: processes, hasLockFile: true }).held).toBe(false)
    expect(holderOf(lane, { ...context, table: processes })).toMatchObject({ process: { pid: 8 } })
  })

  it('is not known yet when it wrote after the last look at the processes', () => {
    const before = table({ at: NOW - 1 })
    expect(holderOf(lane, { ...context, table: before })).toMatchObject({
      held: true,
      process: null,
    })
    expect(holderOf(lane, { ...context, table: table({}) }).held).toBe(false)
  })

  it('is an agent that names the thread', () => {
    const resumed = process({ engine: 'codex', argv: ['codex', 'exec', 'resume', thread] })
    expect(holderOf(lane, { ...context, table: table({ agents: [resumed] }) }).held).toBe(true)
    const other = process({ engine: 'codex', argv: ['codex', 'exec'], cwd: '/srv/x' })
    expect(
      holderOf(lane, { ...context, cwd: '/srv/x', table: table({ agents: [other] }) }).held,
    ).toBe(false)
  })

  it('is, for a transcript, the agent that was in its directory when it was written', () => {
    const session = only([follower('/p/s.jsonl', readText(fixtureText('claude/ok.transcript')))])
    const agent = process({ engine: 'claude', argv: ['claude'], cwd: '/srv/x' })
    const held = (over: object) =>
      holderOf(session, { ...context, cwd: '/srv/x', table: table({ agents: [agent] }), ...over })
        .held
    expect(held({})).toBe(true)
    expect(held({ cwd: '/srv/y' })).toBe(false)
    expect(held({ newestHere: false })).toBe(false)
    expect(held({ activeAt: NOW - 60_000 })).toBe(false)
  })

  it('is guessed from growth where there is no process table', () => {
    expect(holderOf(lane, { ...context, table: null }).held).toBe(true)
    expect(holderOf(lane, { ...context, table: null, activeAt: NOW - 400_000 }).held).toBe(false)
  })
})

describe('names of programs and threads', () => {
  it('tells agents from what only mentions them', () => {
    const cases: [string, string | null][] = [
      ['codex exec --json', 'codex'],
      ['/opt/bin/codex-x86_64-unknown-linux-musl exec', 'codex'],
      ['node /usr/bin/codex exec', 'codex'],
      ['node /usr/lib/node_modules/@openai/codex/bin/codex.js', 'codex'],
      ['/usr/bin/node /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js -p', 'claude'],
      ['claude', 'claude'],
      ['node --no-warnings /usr/bin/claude -p', 'claude'],
      ['grep codex', null],
      ['vim /srv/codex/notes.md', null],
      ['/bin/sh /srv/factory/bin/codex exec', 'codex'],
      ['bash -c codex', null],
      ['', null],
    ]
    for (const [line, engine] of cases) {
      expect([line, engineOf(line.split(' '))]).toEqual([line, engine])
    }
  })

  it('reads the time in a thread id, and the id in a file name', () => {
    const id = '01a1fb3b-b729-7982-994b-d7f3c4fbc2c7'
    expect(new Date(startOfThread(id) ?? 0).toISOString()).toBe('2026-11-20T23:12:37.161Z')
    expect(startOfThread('989d5c37-15cf-4ce0-a08e-829070019785')).toBeNull()
    expect(startOfThread('../../etc')).toBeNull()
    expect(threadInName(`/s/rollout-2026-11-20T23-12-37-${id}.jsonl`)).toBe(id)
    expect(threadInName('/s/rollout-notes.jsonl')).toBeNull()
  })
})
