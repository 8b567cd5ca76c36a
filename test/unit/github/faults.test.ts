import { describe, expect, it } from 'vitest'
import { type RequestFailure, RequestFault } from '../../../adapters/github/client.ts'
import { faultOf } from '../../../adapters/github/faults.ts'
import { newPace } from '../../../adapters/github/pace.ts'
import { AnswerFault } from '../../../adapters/github/parse-answer.ts'

const NOW = Date.parse('2026-11-21T12:50:00Z')
const TOKEN = 'ghp_plantedPlantedPlantedPlanted0000001'
const fault = (failure: RequestFailure) => faultOf(new RequestFault(failure), 'a/b', TOKEN, NOW)
const status = (
  code: number,
  message = 'no',
  headers: Record<string, string> = {},
): RequestFailure => ({
  kind: 'status',
  status: code,
  message,
  headers: new Map(Object.entries(headers)),
})
const graphql = (type: string): RequestFailure => ({
  kind: 'graphql',
  types: [type],
  message: 'no',
  headers: new Map(),
})

describe('what a failure at GitHub means', () => {
  it('limits name when they lift: by the reset, by retry-after, or a minute', () => {
    const reset = String(NOW / 1_000 + 1_200)
    const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    expect(fault(status(403, 'API rate limit exceeded', spent))).toMatchObject({
      scope: 'account',
      waitMs: 1_200_000,
      look: { state: 'unreachable', message: expect.stringContaining('2026-11-21T13:10:00.000Z') },
    })
    expect(fault(status(403, 'abuse', { 'retry-after': '30' })).waitMs).toBe(30_000)
    expect(fault(status(403, 'You have exceeded a secondary rate limit')).waitMs).toBe(60_000)
    expect(fault(status(429)).waitMs).toBe(60_000)
    expect(fault(graphql('RATE_LIMITED')).waitMs).toBe(60_000)
    // A plain 403 is a matter of rights: waiting does not help.
    expect(fault(status(403, 'Resource not accessible'))).toMatchObject({
      waitMs: null,
      look: { state: 'denied' },
    })
  })

  it.each<[RequestFailure, string, string]>([
    [status(401), 'denied', 'account'],
    [status(404), 'denied', 'repository'],
    [status(503), 'unreachable', 'repository'],
    [status(422), 'error', 'repository'],
    [graphql('NOT_FOUND'), 'denied', 'repository'],
    [graphql('FORBIDDEN'), 'denied', 'repository'],
    [graphql('SOMETHING'), 'error', 'repository'],
    [{ kind: 'network', message: 'getaddrinfo ENOTFOUND' }, 'unreachable', 'repository'],
  ])('%j is %s, of the %s', (failure, state, scope) => {
    const { look, ...rest } = fault(failure)
    expect(rest).toMatchObject({ scope })
    expect(look).toMatchObject({
      state,
      message: expect.stringContaining('a/b'),
      mend: expect.any(String),
      drafts: [],
    })
  })

  it('[O06] no text holds the token, a page of markup, or more than a few lines', () => {
    for (const failure of [
      status(422, `bad token ${TOKEN}`),
      status(500, `<html>${TOKEN}</html>`),
      status(418, 'x'.repeat(1_000_000)),
      { kind: 'network' as const, message: `connect ${TOKEN}@host` },
    ]) {
      const { message } = fault(failure).look
      expect(message).not.toContain(TOKEN)
      expect(message).not.toContain('<html>')
      expect(message?.length).toBeLessThanOrEqual(300)
    }
    const unread = faultOf(new AnswerFault(`at ${TOKEN}`), 'a/b', TOKEN, NOW)
    expect(unread.look).toMatchObject({
      state: 'error',
      message: expect.stringContaining('[redacted]'),
    })
  })
})

describe('the pace', () => {
  const failing = (waitMs: number | null = null) => ({ ...fault(status(503)), waitMs })

  it('lets the first failure pass, then waits twice as long each time, to ten minutes', () => {
    const pace = newPace(30_000)
    const waits = Array.from({ length: 8 }, () => {
      pace.failed(failing(), 0)
      let wait = 0
      while (pace.standing(wait)) wait += 1_000
      return wait / 1_000
    })
    expect(waits).toEqual([0, 60, 120, 240, 480, 600, 600, 600])
  })

  it('waits as long as it is asked to, within reason', () => {
    const pace = newPace(30_000)
    pace.failed(failing(90_000), 0)
    expect(pace.standing(89_999)).not.toBeNull()
    // A look that began before the failure does not end the wait.
    pace.succeeded(50_000)
    expect(pace.standing(89_999)).not.toBeNull()
    expect(pace.standing(90_000)).toBeNull()
    pace.failed(failing(1e15), 0)
    expect(pace.standing(3 * 3_600_000)).toBeNull()
  })
})
