/** A merge that was decided is done once, or not at all, wherever it is cut. */
import { describe, expect, it } from 'vitest'
import { openPullIntents } from '../../src/hub/dock/pull-journal.ts'
import type { Fault } from '../../src/practice/github/faults.ts'
import { requirePart } from '../setup/require-part.ts'
import { pullPlace } from './parts/dock/pull-place.ts'

requirePart('git')('a merge', () => {
  describe.each([
    ['cut before its effect', { kind: 'cut' }],
    ['cut after it', { kind: 'lost-answer' }],
    ['failed by a gateway', { kind: 'status', status: 502 }],
    ['limited', { kind: 'status', status: 429, retryAfter: 1 }],
    ['said to have failed, and done', { kind: 'status', status: 500 }],
  ] as const satisfies readonly (readonly [string, Fault])[])(
    '[O01] once decided, %s',
    (_, fault) => {
      it.each([['the next hub'], ['the same hub']])('is done once by %s', async which => {
        const { server, hub, landings } = await pullPlace()
        const first = hub()
        const asked = await first.pulls.merge({ ...first.see(1), isDryRun: false })
        server.server.faults.inject(fault, 1, { method: 'PUT', path: /merge-async$/ })
        const answered = await first.decide(asked)
        const came = answered.kind === 'answered' ? (answered.came ?? '') : ''
        if (/not done yet/.test(came)) expect(openPullIntents(first.journal)).toHaveLength(1)
        server.pass(60_000)
        const next = which === 'the next hub' ? (first.journal.close(), hub()) : first
        if (which === 'the next hub' && openPullIntents(next.journal).length > 0) {
          // It waits until the dock has looked, unless the merge is there already.
          if (landings() === 0) {
            expect(await next.pulls.settle()).toMatchObject({
              message: expect.stringMatching(/no such open pull request is known/),
            })
            next.see(1)
          }
        }
        expect(await next.pulls.settle()).toBeNull()
        expect(landings()).toBe(1)
        expect(next.outcomes()).toEqual(['merged'])
        expect(await next.pulls.settle()).toBeNull()
        expect(landings()).toBe(1)
      })
    },
  )

  it.each([
    [403, /403.*let the token write/],
    [405, /405.*see on its page what holds it/],
    [422, /422.*see what GitHub says/],
  ])(
    '[O01] that GitHub answers with %d is not done, and told with its mend',
    async (status, told) => {
      const { server, hub, landings } = await pullPlace()
      const { pulls, see, decide, journal } = hub()
      const asked = await pulls.merge({ ...see(1), isDryRun: false })
      server.server.faults.inject({ kind: 'status', status }, 1, {
        method: 'PUT',
        path: /merge-async$/,
      })
      expect(await decide(asked)).toMatchObject({ came: expect.stringMatching(told) })
      expect(landings()).toBe(0)
      expect(journal.unsettled('intent')).toEqual([])
    },
  )

  it('[O01] that another merge is in the way of is done once it can be', async () => {
    const { server, hub, landings } = await pullPlace()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    const at = { method: 'PUT', path: /merge-async$/ }
    server.server.faults.inject({ kind: 'status', status: 409 }, 1, at)
    expect(await decide(asked)).toMatchObject({
      came: expect.stringMatching(/not done yet: .* another merge of it is under way/),
    })
    expect(landings()).toBe(0)
    expect(await pulls.settle()).toBeNull()
    expect(landings()).toBe(1)
  })

  it('[O01] that somebody else did meanwhile is told, with who', async () => {
    const { server, hub, landings } = await pullPlace()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    await server.model.land(1, 'harbour')
    expect(await decide(asked)).toMatchObject({
      came: expect.stringMatching(/merged as .* by harbour/),
    })
    expect(landings()).toBe(1)
  })
})
