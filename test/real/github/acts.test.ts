/** Every answer that GitHub gives to an act, as the value that the dock goes by. */
import { expect, it, onTestFinished } from 'vitest'
import { type GithubActs, githubActs, LookFault } from '../../../adapters/github/acts.ts'
import type { Came } from '../../../adapters/github/came.ts'
import { newWritePace } from '../../../adapters/github/write-pace.ts'
import { requirePart } from '../../setup/require-part.ts'
import {
  type DockServer,
  type DockServerPlan,
  dockServer,
  MINUTE,
  TOKEN,
} from '../practice-github/parts/dock-server.ts'

const REVIEWER = 'ghp_reviewer000000000000000000000000001'
const tokens = [{ token: REVIEWER, login: 'odile', role: 'review' }] as const
const QUEUE = { method: 'merge', maxEntriesToBuild: 3, maxEntriesToMerge: 3 } as const

async function served(plan: DockServerPlan) {
  const dock = await dockServer({ tokens, ...plan })
  onTestFinished(() => dock.close())
  const waits: number[] = []
  const wait = async (ms: number) => {
    waits.push(ms)
    // Merges of the server take real time; a pause between writes does not.
    await new Promise(resolve => setTimeout(resolve, Math.min(ms, 20)))
  }
  const actsWith = (token: string): GithubActs =>
    githubActs({
      client: dock.clientWith(token),
      token,
      pace: newWritePace({ now: () => dock.clock.now, wait }),
      now: () => dock.clock.now,
      wait,
    })
  const acts = actsWith(TOKEN)
  const head = (number: number) => dock.git('rev-parse', `refs/pull/${number}/head`)
  return { dock, acts, reviewer: actsWith(REVIEWER), head, waits }
}

const wishOf = (number: number, head: string) => ({ number, head, mark: `m${number}`, text: 'ok' })
const landed = (dock: DockServer) =>
  dock.model.pulls().flatMap(pull => (pull.landed ? [pull.number] : []))
const causeOf = (came: Came) => (came.kind === 'refused' ? came.cause : came.kind)

requirePart('git')('a review', () => {
  it('[N02] is given at the head that was seen, found by its mark, and dismissed', async () => {
    const { dock, acts, reviewer, head } = await served({ pulls: 1 })
    const came = await reviewer.approve(wishOf(1, head(1)))
    const review = came.kind === 'done' ? came.review : 0
    expect(review).toBeGreaterThan(0)
    expect(await reviewer.reviewOf(1, 'm1')).toBe(review)
    expect(await reviewer.reviewOf(1, 'm2')).toBeNull()
    expect(dock.model.pulls()[0]?.reviews).toMatchObject([
      { by: 'odile', state: 'APPROVED', commit: head(1) },
    ])
    expect(await acts.dismiss({ number: 1, review, text: 'No.' })).toEqual({ kind: 'done' })
    expect(dock.model.pulls()[0]?.reviews).toMatchObject([{ state: 'DISMISSED' }])
  })

  it('of what is their own, or at another head, is refused; changes are asked for', async () => {
    const { dock, reviewer, head } = await served({ pulls: 1 })
    const own = await dock.model.open({ title: 'Own', author: 'odile', branch: 'lane/1' })
    const refusal = await reviewer.approve(wishOf(own.number, head(own.number)))
    expect(refusal).toMatchObject({
      kind: 'refused',
      cause: 'own',
      status: 422,
      said: expect.stringContaining('your own pull request'),
      mend: expect.stringContaining('somebody else'),
    })
    expect(await reviewer.requestChanges(wishOf(1, head(1)))).toMatchObject({ kind: 'done' })
    expect(dock.model.pulls().at(-1)?.reviews).toMatchObject([{ state: 'CHANGES_REQUESTED' }])
  })

  it('whose answer was lost is unknown, and is there once', async () => {
    const { dock, reviewer, head } = await served({ pulls: 1 })
    dock.server.faults.inject({ kind: 'lost-answer' }, 1, { path: /reviews$/, method: 'POST' })
    expect(await reviewer.approve(wishOf(1, head(1)))).toMatchObject({ kind: 'unknown' })
    expect(await reviewer.reviewOf(1, 'm1')).not.toBeNull()
  })
})

requirePart('git')('a merge', () => {
  it('lands the head that was seen, by either way', async () => {
    const { dock, acts, head } = await served({ pulls: 2 })
    const one = await acts.merge({ number: 1, head: head(1) })
    expect(one).toEqual({ kind: 'done', commit: dock.git('rev-parse', 'main') })
    const two = await acts.mergeAsync({ number: 2, head: head(2) })
    expect(two).toEqual({ kind: 'done', way: 'merged', commit: dock.git('rev-parse', 'main') })
    const again = await acts.mergeAsync({ number: 2, head: head(2) })
    expect(again).toEqual(two)
  })

  it.each(['merge', 'mergeAsync'] as const)('%s refuses another head', async way => {
    const { dock, acts } = await served({ pulls: 1 })
    const came = await acts[way]({ number: 1, head: '0'.repeat(40) })
    expect(causeOf(came)).toBe('moved')
    expect(landed(dock)).toEqual([])
  })

  it('[N02] is refused by conflict, rule, queue, token and absence, each told apart', async () => {
    const { dock, acts, reviewer, head } = await served({ pulls: 3, rivals: new Set([1, 2]) })
    await acts.merge({ number: 1, head: head(1) })
    const second = { number: 2, head: head(2) }
    const third = { number: 3, head: head(3) }
    expect(await acts.merge(second)).toMatchObject({ cause: 'held', status: 405 })
    expect(causeOf(await acts.mergeAsync(second))).toBe('held')
    dock.model.rules.requiredReviews = 1
    expect(await acts.merge(third)).toMatchObject({
      cause: 'held',
      said: expect.stringContaining('approving review'),
    })
    dock.model.rules.requiredReviews = 0
    dock.model.rules.queue = QUEUE
    expect(await acts.merge(third)).toMatchObject({ cause: 'queue', status: 405 })
    expect(await reviewer.merge(third)).toMatchObject({ cause: 'denied', status: 403 })
    expect(await acts.merge({ ...third, number: 99 })).toMatchObject({ cause: 'gone' })
    dock.server.access.revoke(REVIEWER)
    expect(await reviewer.merge(third)).toMatchObject({ cause: 'denied', status: 401 })
    expect(landed(dock)).toEqual([1])
  })

  it('goes into the queue where there is one, when GitHub chooses the way', async () => {
    const { dock, acts, head } = await served({ pulls: 1, rules: { queue: QUEUE } })
    const came = await acts.mergeAsync({ number: 1, head: head(1) })
    expect(came).toEqual({ kind: 'done', way: 'queued' })
    expect((await acts.pull(1)).entry).toMatchObject({ position: 1, state: 'AWAITING_CHECKS' })
    expect(landed(dock)).toEqual([])
  })

  it.each([
    ['cut before its effect', { kind: 'cut' }, []],
    ['cut after it', { kind: 'lost-answer' }, [1]],
    ['failed by a gateway', { kind: 'status', status: 502 }, []],
    ['said to have failed', { kind: 'status', status: 500 }, []],
  ] as const)('%s is unknown: what stands there tells', async (_, fault, there) => {
    const { dock, acts, head } = await served({ pulls: 1 })
    dock.server.faults.inject(fault, 1, { path: /merge$/ })
    const came = await acts.merge({ number: 1, head: head(1) })
    expect(came).toMatchObject({ kind: 'unknown' })
    expect(landed(dock)).toEqual(there)
    expect((await acts.pull(1)).state).toBe(there.length > 0 ? 'merged' : 'open')
  })

  it('that is raced by a push is refused', async () => {
    const { dock, acts, head } = await served({ pulls: 1 })
    const seen = head(1)
    const act = async () => {
      const commit = await dock.commit('origin/lane/1', 'More', { 'more.txt': 'x\n' })
      await dock.push(`${commit}:refs/heads/lane/1`)
    }
    dock.server.faults.inject({ kind: 'race', act }, 1, { path: /merge$/ })
    expect(causeOf(await acts.merge({ number: 1, head: seen }))).toBe('moved')
    expect(landed(dock)).toEqual([])
  })
})

requirePart('git')('the pace of writes', () => {
  it('is one a second, and what GitHub asks to wait is waited', async () => {
    const { dock, acts, reviewer, head, waits } = await served({ pulls: 2 })
    await acts.merge({ number: 1, head: head(1) })
    dock.server.faults.inject({ kind: 'status', status: 429, retryAfter: 30 }, 1, {
      method: 'PUT',
    })
    const wish = { number: 2, head: head(2) }
    expect(await acts.merge(wish)).toEqual({ kind: 'limited', waitMs: 30_000 })
    expect(waits).toContain(1_000)
    dock.pass(10_000)
    expect(await acts.merge(wish)).toEqual({ kind: 'limited', waitMs: 20_000 })
    expect(landed(dock)).toEqual([1])
    dock.pass(MINUTE)
    expect(await acts.merge(wish)).toMatchObject({ kind: 'done' })
    dock.server.limits.writes = 0
    expect(await reviewer.approve(wishOf(2, wish.head))).toMatchObject({ kind: 'limited' })
  })

  it('[O06] no message holds the token, whatever is told back', async () => {
    const { dock, head } = await served({ pulls: 1 })
    const message = `bad header token ${TOKEN}`
    const client = {
      ...dock.client,
      call: async () => {
        const { RequestFault } = await import('../../../adapters/github/client.ts')
        throw new RequestFault({ kind: 'status', status: 422, headers: new Map(), message })
      },
    }
    const acts = githubActs({
      client,
      token: TOKEN,
      pace: newWritePace({ now: Date.now, wait: async () => undefined }),
      now: Date.now,
      wait: async () => undefined,
    })
    const came = await acts.merge({ number: 1, head: head(1) })
    expect(JSON.stringify(came)).not.toContain(TOKEN)
    const fault = await acts.reviewOf(1, 'm').catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(LookFault)
    expect(String(fault)).not.toContain(TOKEN)
  })
})

requirePart('git')("GitHub's queue", () => {
  it('[F09] tells position, state, since when and how long; takes, jumps and lets go', async () => {
    const { dock, acts, head } = await served({ pulls: 3, rules: { queue: QUEUE } })
    const enter = async (number: number, jump = false) => {
      const { id } = await acts.pull(number)
      return await acts.enqueue({ id, head: head(number), jump })
    }
    expect(await enter(1)).toEqual({ kind: 'done' })
    expect(await enter(2)).toEqual({ kind: 'done' })
    expect(await acts.queue('main')).toMatchObject([
      { number: 1, position: 1, state: 'AWAITING_CHECKS', enqueuedAt: dock.clock.now },
      { number: 2, position: 2, head: head(2), etaMs: expect.any(Number) },
    ])
    expect(await enter(3, true)).toEqual({ kind: 'done' })
    expect((await acts.queue('main'))?.map(({ number }) => number)).toEqual([3, 1, 2])
    const { id } = await acts.pull(1)
    expect(await acts.dequeue({ id })).toEqual({ kind: 'done' })
    expect((await acts.pull(1)).entry).toBeNull()
    const wrong = await acts.enqueue({ id, head: '0'.repeat(40), jump: false })
    expect(causeOf(wrong)).toBe('moved')
  })

  it('a dequeue that says that it failed is looked after; one that is off is none', async () => {
    const { dock, acts, head } = await served({ pulls: 1, rules: { queue: QUEUE } })
    const { id } = await acts.pull(1)
    await acts.enqueue({ id, head: head(1), jump: false })
    const message = 'Something went wrong while executing your query.'
    dock.server.faults.inject({ kind: 'false-failure', message }, 1, { text: 'dequeuePullRequest' })
    expect(await acts.dequeue({ id })).not.toMatchObject({ kind: 'done' })
    expect((await acts.pull(1)).entry).toBeNull()
    dock.model.rules.queue = null
    expect(await acts.queue('main')).toBeNull()
    expect(await acts.enqueue({ id, head: head(1), jump: false })).toMatchObject({
      kind: 'refused',
      said: expect.stringContaining('not enabled'),
    })
  })

  it('a branch is rebased on its base', async () => {
    const { dock, acts, head } = await served({ pulls: 2 })
    await acts.merge({ number: 1, head: head(1) })
    const before = await acts.pull(2)
    expect(await acts.rebase({ id: before.id, head: before.head })).toEqual({ kind: 'done' })
    expect(dock.git('log', '-1', '--format=%P', 'lane/2')).toBe(dock.git('rev-parse', 'main'))
    const stale = await acts.rebase({ id: before.id, head: before.head })
    expect(causeOf(stale)).toBe('moved')
  })
})
