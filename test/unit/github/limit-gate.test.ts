import { describe, expect, it } from 'vitest'
import { limitGate } from '../../../adapters/github/limit-gate.ts'

describe('once an hour is spent', () => {
  it('a write of REST is not sent, and never takes the good answer of GraphQL for its own', async () => {
    const clock = { now: 1_800_000_000_000 }
    const reset = clock.now / 1_000 + 600
    let sent = 0
    const github: typeof fetch = async () => {
      sent += 1
      const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }]
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
      return new Response(JSON.stringify({ errors }), { status: 200, headers })
    }
    const ask = limitGate(github, () => clock.now)
    expect((await ask('https://host.test/graphql')).status).toBe(200)
    const held = await ask('https://host.test/repos/acme/app/actions/runs/1/rerun-failed-jobs')
    expect([held.status, held.headers.get('retry-after')]).toEqual([429, '600'])
    expect(sent).toBe(1)
    clock.now += 600_000
    await ask('https://host.test/repos/acme/app')
    expect(sent).toBe(2)
  })
})
