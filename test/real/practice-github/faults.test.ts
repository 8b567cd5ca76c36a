/** Limits, and faults on demand: what a careful client has to live with. */
import { expect, it, onTestFinished } from 'vitest'
import { RequestFault } from '../../../adapters/github/client.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { type DockServer, type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'

const served = async (plan: DockServerPlan) => {
  const dock = await dockServer(plan)
  onTestFinished(() => dock.close())
  return dock
}

const failureOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (fault: unknown) => fault,
  )
  return error instanceof RequestFault ? error.failure : null
}

const COMMENTS = '/repos/{owner}/{repo}/issues/{number}/comments'
const say = (dock: DockServer) =>
  dock.client.call(`POST ${COMMENTS}`, { number: 1, body: 'Hello.' })
const MERGE = 'PUT /repos/{owner}/{repo}/pulls/{number}/merge'

requirePart('git')('secondary limits', () => {
  it('80 writes a minute, and when the next may be tried', async () => {
    const dock = await served({ pulls: 1 })
    dock.server.limits.writes = 5
    for (let count = 0; count < 5; count += 1) await say(dock)
    const failure = await failureOf(say(dock))
    if (failure?.kind !== 'status') throw new Error('it was not refused')
    expect(failure.status).toBe(403)
    expect(failure.message).toContain('secondary rate limit')
    expect(Number(failure.headers.get('retry-after'))).toBe(60)
    await dock.client.call(`GET ${COMMENTS}`, { number: 1 })
    dock.pass(MINUTE)
    await say(dock)
  })

  it('points: a write costs five reads', async () => {
    const dock = await served({ pulls: 1 })
    dock.server.limits.restPoints = 10
    await say(dock)
    for (let count = 0; count < 5; count += 1)
      await dock.client.call(`GET ${COMMENTS}`, { number: 1 })
    expect(await failureOf(dock.client.call(`GET ${COMMENTS}`, { number: 1 }))).toMatchObject({
      status: 403,
    })
  })
})

requirePart('git')('faults', () => {
  it('meet the request that they are meant for, the nth of its kind', async () => {
    const dock = await served({ pulls: 1 })
    const at = { method: 'POST', path: /comments$/, nth: 2 }
    dock.server.faults.inject({ kind: 'status', status: 502 }, 1, at)
    await say(dock)
    await dock.client.call(`GET ${COMMENTS}`, { number: 1 })
    expect(await failureOf(say(dock))).toMatchObject({ status: 502 })
    await say(dock)
    const said = await dock.client.call(`GET ${COMMENTS}`, { number: 1 })
    expect(said).toHaveLength(2)
  })

  it('a cut before the effect leaves none; a lost answer leaves one', async () => {
    const dock = await served({ pulls: 2 })
    const merge = (number: number) => dock.client.call(MERGE, { number })
    dock.server.faults.inject({ kind: 'cut' }, 1, { path: /merge$/ })
    expect(await failureOf(merge(1))).toMatchObject({ kind: 'network' })
    expect(dock.model.pulls().every(({ landed }) => landed === null)).toBe(true)
    dock.server.faults.inject({ kind: 'lost-answer' }, 1, { path: /merge$/ })
    expect(await failureOf(merge(1))).toMatchObject({ kind: 'network' })
    expect(await failureOf(merge(1))).toMatchObject({ status: 405 })
    const landed = dock.model.pulls().filter(pull => pull.landed !== null)
    expect(landed.map(({ number }) => number)).toEqual([1])
  })

  it('a push whose answer is lost has moved the branch all the same', async () => {
    const dock = await served({ pulls: 1 })
    const commit = await dock.commit('origin/main', 'Land', { 'a.txt': 'a\n' })
    const at = { method: 'POST', path: /git-receive-pack$/ }
    dock.server.faults.inject({ kind: 'lost-answer' }, 1, at)
    expect((await dock.push(`${commit}:refs/heads/main`)).code).not.toBe(0)
    expect(dock.git('rev-parse', 'main')).toBe(commit)
  })

  it('a push races a merge: the head that was meant is not the head any more', async () => {
    const dock = await served({ pulls: 1 })
    const head = dock.git('rev-parse', 'lane/1')
    const more = await dock.commit('origin/lane/1', 'More', { 'more.txt': 'more\n' })
    const act = () => dock.push(`${more}:refs/heads/lane/1`)
    dock.server.faults.inject({ kind: 'race', act }, 1, { path: /merge$/ })
    expect(await failureOf(dock.client.call(MERGE, { number: 1, sha: head }))).toMatchObject({
      status: 409,
    })
    expect(dock.git('rev-parse', 'lane/1')).toBe(more)
  })

  it('says that nothing changed though it did, once', async () => {
    const dock = await served({ pulls: 1 })
    const first = await dock.client.changed('pulls', null)
    if (first.kind !== 'changed') throw new Error('it was never read')
    await say(dock)
    dock.server.faults.inject({ kind: 'stale-etag' })
    expect(await dock.client.changed('pulls', first.etag)).toEqual({ kind: 'same' })
  })

  it('mergeability is known late, or never', async () => {
    const dock = await served({ pulls: 2 })
    const of = async (number: number) => {
      const route = 'GET /repos/{owner}/{repo}/pulls/{number}'
      return ((await dock.client.call(route, { number })) as { mergeable: boolean | null })
        .mergeable
    }
    dock.model.neverKnown.add(2)
    expect([await of(1), await of(2)]).toEqual([null, null])
    expect(await eventually('one is known', async () => (await of(1)) ?? false)).toBe(true)
    expect(await of(2)).toBeNull()
  })
})
