/** What GitHub does to a dock at the worst moment, end to end. */
import { expect, it, vi } from 'vitest'
import { MINUTE, TOKEN } from '../real/practice-github/parts/dock-server.ts'
import { requirePart } from '../setup/require-part.ts'
import { dockPlace } from './parts/dock/dock-place.ts'

/** Many processes of git, each of which waits its turn on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

const MERGER = 'ghp_merger00000000000000000000000000001'
const tokens = [{ token: MERGER, login: 'harbour', role: 'merge' }] as const
const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

requirePart('git')('a dock whose token', () => {
  it('[F06] [O02] that reads is revoked in mid-train says so, lands nothing, and goes on by itself', async () => {
    const { server, hub, landings, drain } = await dockPlace({ pulls: 1, tokens })
    const started = hub({ mergeToken: MERGER })
    expect((await started.turn())?.state).toBe('ok')
    server.pass(6 * MINUTE)
    server.server.access.revoke(TOKEN)
    for (let count = 0; count < 3; count += 1) {
      expect(await started.turn()).toMatchObject({
        state: 'denied',
        message: 'acme/app: GitHub refuses the token (401)',
        mend: 'renew the token that github.token names',
      })
    }
    expect(landings()).toBe(0)
    const asked = total(server.server.counters())
    for (let count = 0; count < 20; count += 1) await started.turn()
    // The collector of pull requests is a new one each turn: the dock itself waits.
    expect(total(server.server.counters()) - asked).toBeLessThanOrEqual(20 * 2 + 2)
    server.server.access.restore(TOKEN)
    server.pass(MINUTE)
    await drain(started)
    expect(landings()).toBe(1)
  })

  it('[F06] [O02] that merges is revoked in mid-train says so, and lands once when it is back', async () => {
    const { server, hub, landings, drain } = await dockPlace({ pulls: 1, tokens })
    const started = hub({ mergeToken: MERGER })
    await started.turn()
    server.pass(6 * MINUTE)
    server.server.access.revoke(MERGER)
    for (let count = 0; count < 3; count += 1) {
      const look = await started.turn()
      expect(look).toMatchObject({ state: 'partial', message: expect.stringMatching(/git push/) })
      expect(look?.message).not.toContain(MERGER)
    }
    expect(landings()).toBe(0)
    server.server.access.restore(MERGER)
    server.pass(6 * MINUTE)
    await drain(started)
    expect(landings()).toBe(1)
    expect(started.journal.unsettled('intent')).toEqual([])
  })
})

requirePart('git')('a dock', () => {
  it('[O01] does not land again what it has landed, though a person took it back since', async () => {
    const { server, hub, tip, landings } = await dockPlace()
    const before = tip()
    const first = hub()
    await first.turn()
    server.pass(6 * MINUTE)
    await first.turn()
    expect(landings()).toBe(1)
    first.close()
    server.git('update-ref', 'refs/heads/main', before)
    const next = hub()
    for (let turn = 0; turn < 3; turn += 1) expect((await next.turn())?.state).toBe('ok')
    expect(tip()).toBe(before)
    expect(next.journal.unsettled('intent')).toEqual([])
  })
})

requirePart('git')('a dock over a GitHub', () => {
  it('[O02] that asks to wait is not asked until then, and goes on by itself', async () => {
    const { server, hub, landings, drain } = await dockPlace()
    const started = hub()
    await started.turn()
    const { graphqlPoints } = server.server.limits
    server.server.limits.graphqlPoints = 0
    expect((await started.turn())?.message).toMatch(/rate limit is used up until/)
    const refused = server.server.counters()['403']
    for (let count = 0; count < 10; count += 1) {
      server.pass(5_000)
      expect((await started.turn())?.message).toMatch(/rate limit is used up until/)
    }
    expect(server.server.counters()['403']).toBe(refused)
    server.server.limits.graphqlPoints = graphqlPoints
    await drain(started)
    expect(landings()).toBe(1)
  })

  it.each([
    ['GraphQL', 'graphql', 0],
    ['GraphQL', 'graphql', 3],
    ['REST', 'core', 0],
  ] as const)(
    '[O02] whose points of an hour of %s are spent in mid-train says until when, is not asked, and goes on by itself',
    async (_, resource, left) => {
      const { server, hub, landed, landings, drain } = await dockPlace({ pulls: 2 })
      const resetAt = server.clock.now + 60 * MINUTE
      const started = hub()
      expect((await started.turn())?.state).toBe('ok')
      const { spent, hourly, counters } = server.server
      hourly[resource] = spent()[resource] + left
      const until = `until ${new Date(resetAt).toISOString()}`
      const said: (string | null | undefined)[] = []
      const isTold = () => said.at(-1)?.includes(until) === true
      for (let turn = 0; turn < 4 && !isTold(); turn += 1) {
        server.pass(6 * MINUTE)
        said.push((await started.turn())?.message)
      }
      const looks: { message: string | null | undefined; asked: number }[] = []
      while (server.clock.now + 5 * MINUTE < resetAt) {
        server.pass(5 * MINUTE)
        const look = await started.turn()
        looks.push({ message: look?.message, asked: total(counters()) })
      }
      expect(landings()).toBe(0)
      // Some were on their way beside the first that was refused; then there are none.
      const asked = looks.at(-1)?.asked
      expect(looks.length).toBeGreaterThan(6)
      expect(looks.slice(2)).toEqual(
        looks.slice(2).map(() => ({ message: expect.stringContaining(until), asked })),
      )
      hourly[resource] = 5_000
      server.clock.now = resetAt + 1_000
      expect(await drain(started)).toEqual([])
      expect(landings()).toBe(2)
      for (const commit of landed()) {
        expect(server.model.rollup(commit)).toBe('SUCCESS')
      }
      expect(started.journal.unsettled('intent')).toEqual([])
    },
  )

  it.each([
    ['fails', { kind: 'status', status: 502 }],
    ['cuts every answer', { kind: 'cut' }],
  ] as const)(
    '[O02] that %s for a while lands nothing twice, and goes on by itself',
    async (_, fault) => {
      const { server, hub, landings, drain } = await dockPlace({ pulls: 2 })
      const started = hub()
      await started.turn()
      server.pass(6 * MINUTE)
      server.server.faults.inject(fault, 1_000)
      for (let count = 0; count < 4; count += 1) {
        expect((await started.turn())?.state).not.toBe('ok')
        server.pass(MINUTE)
      }
      server.server.faults.clear()
      server.pass(10 * MINUTE)
      await drain(started)
      expect(landings()).toBe(2)
      expect(started.journal.unsettled('intent')).toEqual([])
    },
  )

  it('[F01] that never knows whether one merges starves no other; git itself tells', async () => {
    const { server, hub, landings, drain } = await dockPlace({ pulls: 2 })
    server.model.neverKnown.add(1)
    const started = hub()
    expect(await drain(started)).toEqual([])
    expect(landings()).toBe(2)
  })

  it('[F03] a push to a pull request while it lands is not lost: what was tested lands, and then the rest', async () => {
    const { server, hub, landed, drain } = await dockPlace()
    const started = hub()
    await started.turn()
    server.pass(6 * MINUTE)
    const theirs = await server.commit('origin/lane/1', 'More', { 'more.txt': 'more\n' })
    const act = () => server.push(`${theirs}:refs/heads/lane/1`)
    server.server.faults.inject({ kind: 'race', act }, 1, {
      method: 'POST',
      path: /git-receive-pack$/,
    })
    await drain(started)
    expect(server.git('ls-tree', '-r', '--name-only', 'main')).toMatch(/more.txt/)
    for (const commit of landed()) {
      expect(server.model.rollup(commit)).toBe('SUCCESS')
    }
  })

  it('a pull request where nothing may be said leaves all the same, and it is on record why not', async () => {
    const { server, hub } = await dockPlace({ pulls: 1, lurking: new Set([1]) }, { retries: 0 })
    const { turn, journal } = hub()
    const at = { method: 'POST', path: /comments$/ }
    server.server.faults.inject({ kind: 'status', status: 403 }, 1, at)
    for (let count = 0; count < 3; count += 1) {
      await turn()
      server.pass(6 * MINUTE)
    }
    expect((await turn())?.state).toBe('ok')
    expect(journal.list({ kinds: ['outcome'] }).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^not told on #1: GitHub says 403/),
    )
    expect(journal.unsettled('intent')).toEqual([])
  })
})
