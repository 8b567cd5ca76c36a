import { describe, expect, it } from 'vitest'
import { classifyClaude } from '../../../adapters/claude/classify.ts'
import { fixtureText, readText, view } from '../lanes/lane-cases.ts'

const logOf = (name: string) => readText(fixtureText(`claude/${name}`)).log

/** name, with its transcript, status, result, cause, last exit, tokens */
const CAPTURES = [
  ['ok', false, 'ended', 'claimed', null, 1, 340],
  ['ok', true, 'ended', 'claimed', null, 1, 340],
  ['fail', false, 'ended', 'claimed', null, 3, 340],
  ['noop', false, 'ended', 'none', null, null, 170],
  ['limit429', false, 'quota', 'failed', 'rate_limit', null, 0],
  ['credit400', false, 'quota', 'failed', 'billing_error', null, 0],
  ['auth401', false, 'auth', 'failed', 'authentication_failed', null, 0],
  ['long_SIGINT', false, 'ended', 'interrupted', 'interrupted', null, 170],
  ['long_SIGKILL', false, 'ended', 'crashed', null, null, null],
] as const

describe('captured Claude runs that are over', () => {
  it.each(CAPTURES)(
    '%s (transcript: %s) is %s, %s, %s',
    (name, withTranscript, status, result, cause, lastExit, tokens) => {
      const log = logOf(name)
      const session = withTranscript ? logOf(`${name}.transcript`) : null
      const judged = classifyClaude(view({ log, session, held: false, heldBy: 'nobody' }))
      expect(judged).toMatchObject({ status, result, cause })
      expect(log).toMatchObject({ lastExit, tokens, skipped: {}, unknown: {} })
    },
  )

  it('counts each message of a transcript once', () => {
    expect(logOf('ok.transcript')).toMatchObject({
      threadId: '989d5c37-15cf-4ce0-a08e-829070019785',
      cwd: '/srv/factory/lanes/ok',
      model: 'claude-opus-4-8',
      tokens: 340,
      lastMessage: 'Done.',
      lastExit: 1,
      turn: { kind: 'completed' },
    })
  })
})

describe('Claude runs that are held', () => {
  const upTo = (name: string, lines: number) =>
    readText(`${fixtureText(`claude/${name}`).split('\n').slice(0, lines).join('\n')}\n`).log

  it('is working while a command is open', () => {
    const log = upTo('long_SIGKILL', 6)
    expect(log.open[0]?.text).toBe('for i in $(seq 1 60); do echo tick $i; sleep 1; done')
    expect(classifyClaude(view({ log })).status).toBe('working')
  })

  it('waits for its credentials while it retries a refused key', () => {
    const log = upTo('auth401', 5)
    expect(classifyClaude(view({ log }))).toMatchObject({
      status: 'auth',
      result: 'none',
      cause: 'authentication_failed',
    })
  })

  it('is stalled while it retries for any other reason', () => {
    const log = readText(
      `${fixtureText('claude/ok').split('\n')[0]}\n` +
        '{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"error_status":529,"error":"overloaded","session_id":"s"}\n',
    ).log
    expect(classifyClaude(view({ log })).status).toBe('stalled')
  })

  it('is still going when only its transcript ends a message', () => {
    const log = upTo('ok', 7)
    const session = logOf('ok.transcript')
    expect(classifyClaude(view({ log, session })).status).toBe('thinking')
    expect(classifyClaude(view({ log, session, held: false })).result).toBe('claimed')
  })

  it('reads when a limit lifts where it is told', () => {
    const lines = fixtureText('claude/limit429').trimEnd().split('\n')
    const event =
      '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795300000},"session_id":"s"}'
    const log = readText(`${[lines[0], event, ...lines.slice(1)].join('\n')}\n`).log
    expect(classifyClaude(view({ log, held: false })).resetAt).toBe(1_795_300_000_000)
  })
})
