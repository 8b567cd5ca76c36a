import { describe, expect, it } from 'vitest'
import { classifyCodex } from '../../../adapters/codex/classify.ts'
import { fixtureText, readText, view } from '../lanes/lane-cases.ts'

const logOf = (name: string) => readText(fixtureText(`codex/${name}`)).log
const TICKS = "/bin/bash -lc 'for i in $(seq 1 120); do echo tick $i; sleep 1; done'"
const LIMIT_LIFTS = Date.UTC(2026, 10, 21, 1, 9)

/** name, with its session file, status, result, cause, reset time, last exit, tokens */
const CAPTURES = [
  ['ok', false, 'ended', 'claimed', null, null, 0, 2500],
  ['ok', true, 'ended', 'claimed', null, null, 0, 2500],
  ['fail', false, 'ended', 'claimed', null, null, 3, 2500],
  ['patch', false, 'ended', 'claimed', null, null, null, 5000],
  ['sandbox', false, 'ended', 'claimed', null, null, 0, 2500],
  ['long_yield', false, 'ended', 'claimed', null, null, null, 2500],
  ['resume_ok', false, 'ended', 'claimed', null, null, 1, 5000],
  ['resume_quota429', false, 'ended', 'none', null, null, null, 1250],
  ['noop', false, 'ended', 'none', null, null, null, 1250],
  ['noop', true, 'ended', 'none', null, null, null, 1250],
  ['silent', false, 'ended', 'none', null, null, null, 1250],
  ['think', false, 'ended', 'none', null, null, null, 1250],
  ['unkmodel', false, 'ended', 'none', null, null, null, 1250],
  ['quota429', false, 'quota', 'failed', 'usage_limit_exceeded', null, null, null],
  ['limit429', false, 'quota', 'failed', 'usage_limit_exceeded', LIMIT_LIFTS, null, null],
  ['limit429', true, 'quota', 'failed', 'usage_limit_exceeded', LIMIT_LIFTS, null, null],
  ['auth401', false, 'auth', 'failed', 'http_connection_failed{401}', null, null, null],
  ['auth401', true, 'auth', 'failed', 'http_connection_failed{401}', null, null, null],
  ['rate429', false, 'ended', 'failed', 'response_too_many_failed_attempts{429}', null, null, null],
  ['err400', false, 'ended', 'failed', 'model_not_found', null, null, null],
  ['err500', false, 'ended', 'failed', 'internal_server_error', null, null, null],
  ['cut', false, 'ended', 'failed', 'other', null, null, null],
  ['stall_idle4s', false, 'ended', 'failed', 'other', null, null, null],
  ['netdown', false, 'ended', 'crashed', null, null, null, null],
  ['sigterm_native', false, 'ended', 'crashed', null, null, null, null],
  ['sigkill_native', false, 'ended', 'crashed', null, null, null, null],
  ['sigkill_native', true, 'ended', 'crashed', null, null, null, 1250],
  ['sigint_native', false, 'ended', 'crashed', null, null, null, null],
  ['sigint_native', true, 'ended', 'interrupted', 'interrupted', null, -1, 1250],
] as const

describe('captured Codex runs that are over', () => {
  it.each(CAPTURES)(
    '[B05] %s (session file: %s) is %s, %s, %s',
    (name, withSession, status, result, cause, resetAt, lastExit, tokens) => {
      const log = logOf(name)
      const session = withSession ? logOf(`${name}.rollout`) : null
      const judged = classifyCodex(view({ log, session, held: false, heldBy: 'nobody' }))
      expect(judged).toMatchObject({ status, result, cause, resetAt })
      expect(judged.why.length).toBeGreaterThan(0)
      expect(log.lastExit ?? session?.lastExit ?? null).toBe(lastExit)
      expect(log.tokens ?? session?.tokens ?? null).toBe(tokens)
      expect(log.skipped).toEqual({})
      expect(log.unknown).toEqual({})
      expect(session?.skipped ?? {}).toEqual({})
      expect(session?.unknown ?? {}).toEqual({})
    },
  )

  it('says when a cause was read from prose, and not when a field told it', () => {
    const log = logOf('auth401')
    const session = logOf('auth401.rollout')
    const fromProse = /read from that sentence/
    expect(classifyCodex(view({ log })).why.join()).toMatch(fromProse)
    expect(classifyCodex(view({ log, session })).why.join()).not.toMatch(fromProse)
  })

  it('reads who, where, when and with what from the session file', () => {
    expect(logOf('ok.rollout')).toMatchObject({
      threadId: '01a1fb3b-b729-7982-994b-d7f3c4fbc2c7',
      model: 'gpt-5.5',
      cwd: '/srv/factory/lanes/ok',
      baseSha: 'cfe687b709d432bfdd79e2158ae8354f591ee9ee',
      startedAt: Date.parse('2026-11-20T23:12:37.170Z'),
      activeAt: Date.parse('2026-11-20T23:12:38.359Z'),
      lastMessage: 'Done: out.txt committed.',
      turn: { kind: 'completed' },
    })
  })
})

describe('Codex runs that are held', () => {
  it('[B05] shows the open command, and the last exit and message before it', () => {
    const log = readText(
      `${fixtureText('codex/fail').split('\n').slice(0, 5).join('\n')}\n` +
        `{"type":"item.started","item":{"id":"item_2","type":"command_execution","command":"make","status":"in_progress"}}\n`,
    ).log
    expect(log.open).toEqual([{ id: 'item_2', text: 'make' }])
    expect(log).toMatchObject({ lastExit: 3, lastMessage: 'The command failed with exit 3.' })
    expect(classifyCodex(view({ log }))).toMatchObject({ status: 'working', result: 'none' })
  })

  it('is working while a command is open, and the command has its own limits', () => {
    const log = logOf('sigkill_native')
    const after = (minutes: number) =>
      classifyCodex(view({ log, activeAt: view({}).now - minutes * 60_000 })).status
    expect([0, 6, 11, 59, 61].map(after)).toEqual([
      'working',
      'working',
      'quiet',
      'quiet',
      'stalled',
    ])
    expect(log.open[0]?.text).toBe(TICKS)
  })

  it('is thinking with nothing open, and stalled only when the engine itself would have spoken', () => {
    const log = readText(fixtureText('codex/think').split('\n').slice(0, 3).join('\n') + '\n').log
    const after = (seconds: number) =>
      classifyCodex(view({ log, activeAt: view({}).now - seconds * 1_000 })).status
    expect([0, 299, 300, 309, 310].map(after)).toEqual([
      'thinking',
      'thinking',
      'quiet',
      'quiet',
      'stalled',
    ])
  })

  it('[M06] is only starting, however alive its process, until a turn has begun', () => {
    const log = readText(fixtureText('codex/ok').split('\n')[0] + '\n').log
    expect(classifyCodex(view({ log })).status).toBe('starting')
    expect(classifyCodex(view({ log, activeAt: view({}).now - 400_000 })).status).toBe('stalled')
  })

  it('is stalled while its latest line says that it reconnects, and working again after', () => {
    const lines = fixtureText('codex/netdown')
    expect(classifyCodex(view({ log: readText(lines).log })).status).toBe('stalled')
    const again = `${lines}{"type":"item.completed","item":{"id":"item_9","type":"agent_message","text":"back"}}\n`
    expect(classifyCodex(view({ log: readText(again).log })).status).toBe('thinking')
  })

  it('has no failure in an error that is not final, nor in a warning item', () => {
    const log = readText(
      '{"type":"thread.started","thread_id":"t"}\n{"type":"turn.started"}\n{"type":"error","message":"odd"}\n',
    ).log
    expect(classifyCodex(view({ log })).status).toBe('thinking')
    expect(classifyCodex(view({ log: logOf('unkmodel'), held: false })).result).toBe('none')
  })

  it('waits for its next turn when an interactive session is held after one', () => {
    const session = logOf('ok.rollout')
    expect(classifyCodex(view({ session })).status).toBe('quiet')
    expect(classifyCodex(view({ session, log: logOf('ok') })).status).toBe('ended')
  })
})

describe('the turn that counts', () => {
  it('follows a session that was resumed after the log ended', () => {
    const log = logOf('ok')
    const at = '2026-11-21T00:00:00.000Z'
    const session = readText(
      `${fixtureText('codex/ok.rollout').trimEnd()}\n{"timestamp":"${at}","type":"event_msg","payload":{"type":"task_started"}}\n`,
    ).log
    const logAt = Date.parse(at) - 60_000
    expect(classifyCodex(view({ log, session, logAt })).status).toBe('thinking')
    expect(classifyCodex(view({ log, session, logAt: Date.parse(at) + 1 })).status).toBe('ended')
  })
})

describe('the end of a usage limit', () => {
  const failing = (message: string) =>
    readText(
      `{"type":"thread.started","thread_id":"t"}\n${JSON.stringify({ type: 'turn.failed', error: { message } })}\n`,
    ).log
  const reset = (message: string, zone: string, activeAt = view({}).now) =>
    classifyCodex(view({ log: failing(message), zone, activeAt })).resetAt

  it('is read in the zone of the host', () => {
    const message = 'You’ve hit your usage limit. Please try again at Nov 21st, 2026 1:09 AM.'
    expect(reset(message, 'UTC')).toBe(Date.UTC(2026, 10, 21, 1, 9))
    expect(reset(message, 'Asia/Tokyo')).toBe(Date.UTC(2026, 10, 20, 16, 9))
    expect(reset(message, 'America/New_York')).toBe(Date.UTC(2026, 10, 21, 6, 9))
    expect(reset(message, 'Nowhere/Land')).toBeNull()
  })

  it('is of the day of the message when only a time is given', () => {
    const message = "You've hit your usage limit. Please try again at 12:05 PM."
    expect(reset(message, 'Asia/Tokyo', Date.UTC(2026, 10, 20, 23))).toBe(
      Date.UTC(2026, 10, 21, 3, 5),
    )
  })

  it('is taken from the session file where that has a field for it', () => {
    const full = { used_percent: 100, window_minutes: 300, resets_at: 1_795_300_000 }
    const rollout = fixtureText('codex/limit429.rollout').replace(
      '"primary":null',
      `"primary":${JSON.stringify(full)}`,
    )
    const judged = classifyCodex(view({ session: readText(rollout).log, held: false }))
    expect(judged.resetAt).toBe(1_795_300_000_000)
  })
})

describe('what came of a completed turn', () => {
  const commit = { kind: 'commit', ref: 'e4d9266', at: 1 } as const
  const report = { kind: 'report', ref: '/srv/REPORT.md', at: 1 } as const
  const seen = (over: object) =>
    classifyCodex(
      view({
        log: logOf('ok'),
        held: false,
        work: { kind: 'seen', evidence: [], pushed: false, uncommitted: 0, ...over },
      }),
    ).result

  it('is what we saw of it, never what its exit or its message says', () => {
    expect(seen({})).toBe('none')
    expect(seen({ evidence: [report] })).toBe('claimed')
    expect(seen({ uncommitted: 2 })).toBe('claimed')
    expect(seen({ evidence: [commit] })).toBe('local')
    expect(seen({ evidence: [commit], pushed: true })).toBe('pushed')
  })
})
