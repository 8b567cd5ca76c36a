import { describe, expect, it } from 'vitest'
import { type GithubDeps, githubCollectors } from '../../../adapters/github/collector.ts'
import { GithubConfig } from '../../../state/config.ts'

const idle = new AbortController().signal
const lookWith = async (config: object, deps: Partial<GithubDeps> = {}) => {
  const secret = async () => 'token'
  const [collector] = githubCollectors(GithubConfig.parse(config), {
    now: Date.now,
    secret,
    ...deps,
  })
  return await collector?.look(null, idle)
}
const named = { repos: ['tidewater/quay'], token: { env: 'T' } }

describe('looks at GitHub that ask nothing, or too much', () => {
  it('[A07] no repository is absent, and no token denied: each names its setting', async () => {
    expect(await lookWith({})).toMatchObject({
      state: 'absent',
      mend: expect.stringContaining('repos'),
    })
    expect(await lookWith({ repos: ['tidewater/quay'] })).toMatchObject({
      state: 'denied',
      mend: expect.stringContaining('token'),
    })
    const secret = async () => {
      throw new Error('the environment variable T is not set')
    }
    expect(await lookWith(named, { secret })).toMatchObject({
      state: 'denied',
      message: 'tidewater/quay: the environment variable T is not set',
    })
  })

  it('[O08] an answer without end is broken off', async () => {
    let sent = 0
    const endless: typeof fetch = async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 2 ** 20
            controller.enqueue(new Uint8Array(2 ** 20))
          },
        }),
        { headers: { 'content-type': 'application/json' } },
      )
    expect(await lookWith(named, { fetch: endless })).toMatchObject({
      state: 'unreachable',
      message: expect.stringContaining('longer than'),
    })
    expect(sent).toBeLessThan(2 * 40 * 2 ** 20)
  })

  it('[O08] answers that are no JSON, or of another form, are an error and no empty queue', async () => {
    for (const body of ['<html>', '', '[]', '{"data":{"repository":{"open":{"nodes":null}}}}']) {
      const odd: typeof fetch = async () =>
        new Response(body, { headers: { 'content-type': 'application/json' } })
      const look = await lookWith(named, { fetch: odd })
      expect(look).toMatchObject({
        state: 'error',
        message: expect.stringContaining('cannot be read'),
      })
    }
  })
})
