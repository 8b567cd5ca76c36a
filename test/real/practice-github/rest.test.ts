/** What REST reads and does: words, merges, checks, runs and runners, by the client of the adapter. */
import { expect, it, onTestFinished } from 'vitest'
import { type GithubClient, RequestFault } from '../../../adapters/github/client.ts'
import { commentOnce } from '../../../adapters/github/comment.ts'
import { readDetails } from '../../../adapters/github/details.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'
import { type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'

const REVIEWER = 'ghp_reviewer000000000000000000000000001'
const READER = 'github_pat_reader00000000000000000000001'
const tokens = [
  { token: REVIEWER, login: 'odile', role: 'review' },
  { token: READER, login: 'reader', role: 'read', mayReadChecks: false },
] as const

const served = async (plan: DockServerPlan) => {
  const dock = await dockServer({ tokens, ...plan })
  onTestFinished(() => dock.close())
  return dock
}

/** How a call was refused. */
async function refused(call: Promise<unknown>): Promise<[status: number, message: string]> {
  const error = await call.then(
    () => null,
    (fault: unknown) => fault,
  )
  if (!(error instanceof RequestFault) || error.failure.kind !== 'status') throw error
  return [error.failure.status, error.failure.message]
}

const merge = (client: GithubClient, number: number, how: Record<string, unknown> = {}) =>
  client.call('PUT /repos/{owner}/{repo}/pulls/{number}/merge', { number, ...how })

requirePart('git')('words', () => {
  it('a comment is said once however often it is asked, and read back', async () => {
    const dock = await served({ pulls: 1 })
    const said = { mark: 'ejected', text: 'Left the line.' }
    await commentOnce(dock.client, 1, said)
    await commentOnce(dock.client, 1, said)
    const route = 'GET /repos/{owner}/{repo}/issues/{number}/comments'
    const list = (await dock.client.call(route, { number: 1 })) as unknown[]
    expect(list).toEqual([expect.objectContaining({ user: { login: 'lane-agent', type: 'User' } })])
    expect(JSON.stringify(list)).toContain('Left the line.')
  })

  it('a review is told by whom, of which commit, and moves the decision; nobody approves their own', async () => {
    const dock = await served({ pulls: 1, rules: { requiredReviews: 1 } })
    const route = 'POST /repos/{owner}/{repo}/pulls/{number}/reviews'
    await dock.clientWith(REVIEWER).call(route, { number: 1, event: 'APPROVE' })
    const [detail] = await readDetails(dock.client)
    expect(detail?.reviews).toEqual([{ by: 'odile', state: 'approved', commit: detail?.head }])
    const own = await dock.model.open({ title: 'Own', author: 'odile', branch: 'lane/1' })
    const again = dock.clientWith(REVIEWER).call(route, { number: own.number, event: 'APPROVE' })
    const [status, message] = await refused(again)
    expect(status).toBe(422)
    expect(message).toContain('Can not approve your own pull request')
  })

  it('labels are put and taken', async () => {
    const dock = await served({ pulls: 1 })
    const at = '/repos/{owner}/{repo}/issues/{number}/labels'
    await dock.client.call(`POST ${at}`, { number: 1, labels: ['hold', 'old'] })
    const left = await dock.client.call(`DELETE ${at}/{label}`, { number: 1, label: 'hold' })
    expect(left).toMatchObject([{ name: 'old' }])
  })

  it('a token that may not is refused by its role', async () => {
    const dock = await served({ pulls: 1 })
    expect((await refused(merge(dock.clientWith(REVIEWER), 1)))[0]).toBe(403)
    const push = await dock.push('main:refs/heads/x', REVIEWER)
    expect(push.stderr).toContain('403')
    const [detail] = await readDetails(dock.clientWith(READER))
    expect(detail?.checks).toBeNull()
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
    expect((await refused(dock.clientWith(READER).call(route, { ref: 'lane/1' })))[0]).toBe(403)
    expect((await readDetails(dock.client))[0]?.checks).toHaveLength(5)
    dock.server.access.revoke(REVIEWER)
    expect((await refused(merge(dock.clientWith(REVIEWER), 1)))[0]).toBe(401)
  })
})

requirePart('git')('a merge', () => {
  it.each(['merge', 'squash', 'rebase'] as const)('by %s holds what was tested', async method => {
    const dock = await served({ pulls: 2 })
    await merge(dock.client, 1)
    const old = dock.git('rev-parse', 'main')
    const tree = dock.git('merge-tree', '--write-tree', 'main', 'lane/2')
    const title = dock.git('log', '-1', '--format=%s', 'lane/2')
    const { sha } = (await merge(dock.client, 2, { merge_method: method })) as { sha: string }
    expect(dock.git('rev-parse', 'main')).toBe(sha)
    expect(dock.git('rev-parse', 'main^{tree}')).toBe(tree)
    const parents = dock.git('log', '-1', '--format=%P', 'main').split(' ')
    expect(parents).toHaveLength(method === 'merge' ? 2 : 1)
    expect(parents[0]).toBe(old)
    expect(dock.git('log', '-1', '--format=%B', 'main')).toContain(title)
    expect(dock.git('for-each-ref', 'refs/heads/lane/2')).toBe('')
  })

  it('is refused when it conflicts, when its head is another, and while it is protected', async () => {
    const dock = await served({ pulls: 3, rivals: new Set([1, 2]) })
    const wrong = await refused(merge(dock.client, 1, { sha: '0'.repeat(40) }))
    expect(wrong).toEqual([409, expect.stringContaining('Head branch was modified')])
    await merge(dock.client, 1)
    expect(await refused(merge(dock.client, 2))).toEqual([
      405,
      expect.stringContaining('not mergeable'),
    ])
    expect(await refused(merge(dock.client, 1))).toEqual([
      405,
      expect.stringContaining('not mergeable'),
    ])
    dock.model.rules.requiredReviews = 1
    expect(await refused(merge(dock.client, 3))).toEqual([
      405,
      expect.stringContaining('approving review'),
    ])
    dock.model.rules.requiredReviews = 0
    dock.model.rules.queue = { method: 'merge', maxEntriesToBuild: 2, maxEntriesToMerge: 2 }
    expect(await refused(merge(dock.client, 3))).toEqual([
      405,
      expect.stringContaining('Changes must be made through the merge queue'),
    ])
    for (const path of dock.git('ls-tree', '-r', '--name-only', 'main').split('\n')) {
      expect(path).not.toMatch(/src\/[23]\.txt/)
    }
  })

  it('asked for asynchronously is pending first, and told by its id', async () => {
    const dock = await served({ pulls: 2, rivals: new Set([1, 2]) })
    const route = '/repos/{owner}/{repo}/pulls/{number}/merge-async'
    const ask = async (number: number) => {
      const asked = await dock.client.call(`PUT ${route}`, { number, merge_action: 'direct_merge' })
      const { status, details } = asked as { status: string; details: { uuid: string } }
      expect(status).toBe('pending')
      return eventually('it ends', async () => {
        const told = await dock.client.call(`GET ${route}/{uuid}`, { number, uuid: details.uuid })
        return (told as { status: string }).status !== 'pending' && told
      })
    }
    expect(await ask(1)).toEqual({
      status: 'merged',
      details: { message: expect.any(String), sha: dock.git('rev-parse', 'main') },
    })
    expect(await ask(2)).toMatchObject({ status: 'failed' })
    expect(await dock.client.call(`PUT ${route}`, { number: 1 })).toMatchObject({
      status: 'merged',
    })
  })

  it('a branch is brought up to its base; what conflicts is not', async () => {
    const dock = await served({ pulls: 3, rivals: new Set([1, 2]) })
    await merge(dock.client, 1)
    const route = 'PUT /repos/{owner}/{repo}/pulls/{number}/update-branch'
    await dock.client.call(route, { number: 3 })
    dock.git('merge-base', '--is-ancestor', 'main', 'lane/3')
    expect(await refused(dock.client.call(route, { number: 3 }))).toEqual([
      422,
      expect.stringContaining('no new commits'),
    ])
    expect(await refused(dock.client.call(route, { number: 2 }))).toEqual([
      422,
      expect.stringContaining('merge conflict'),
    ])
  })
})

requirePart('git')('what REST reads', () => {
  it('files of a pull request page by page, and how two commits differ', async () => {
    const dock = await served({ pulls: 2, rivals: new Set([1]) })
    const route = 'GET /repos/{owner}/{repo}/pulls/{number}/files'
    const pages = await Promise.all(
      [1, 2].map(page => dock.client.call(route, { number: 1, per_page: 1, page })),
    )
    expect(pages.flat()).toMatchObject([
      { filename: 'shared.txt', status: 'modified', additions: 1, deletions: 1 },
      { filename: 'src/1.txt', status: 'added', additions: 1, deletions: 0 },
    ])
    await merge(dock.client, 2)
    const basehead = 'main...lane/1'
    const compared = await dock.client.call('GET /repos/{owner}/{repo}/compare/{basehead}', {
      basehead,
    })
    expect(compared).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 2 })
  })

  it('the one runner, what it has in hand, what waits; a run that is cancelled lets the next begin', async () => {
    const dock = await served({ pulls: 2 })
    for (const number of [1, 2]) {
      const commit = await dock.commit(`origin/lane/${number}`, 'More', { 'more.txt': `${number}` })
      await dock.push(`${commit}:refs/heads/lane/${number}`)
    }
    const runs = async (status: string) => {
      const asked = await dock.client.call('GET /repos/{owner}/{repo}/actions/runs', { status })
      return (asked as { workflow_runs: { id: number; head_branch: string }[] }).workflow_runs
    }
    const runners = () => dock.client.call('GET /repos/{owner}/{repo}/actions/runners', {})
    expect(await runners()).toMatchObject({
      total_count: 1,
      runners: [{ name: 'runner-1', status: 'online', busy: true, os: 'linux' }],
    })
    const [going] = await runs('in_progress')
    expect(going?.head_branch).toBe('lane/1')
    expect(await runs('queued')).toMatchObject([{ head_branch: 'lane/2' }])
    const jobs = await dock.client.call('GET /repos/{owner}/{repo}/actions/runs/{id}/jobs', {
      id: going?.id,
    })
    expect(jobs).toMatchObject({
      total_count: 5,
      jobs: [{ runner_name: 'runner-1' }, {}, {}, {}, {}],
    })
    await dock.client.call('POST /repos/{owner}/{repo}/actions/runs/{id}/cancel', { id: going?.id })
    expect(await runs('in_progress')).toMatchObject([{ head_branch: 'lane/2' }])
    dock.pass(6 * MINUTE)
    expect(await runners()).toMatchObject({ runners: [{ busy: false }] })
    const cancel = dock.client.call('POST /repos/{owner}/{repo}/actions/runs/{id}/cancel', {
      id: going?.id,
    })
    expect((await refused(cancel))[0]).toBe(409)
    const checks = await dock.client.call('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ref: 'lane/2',
    })
    expect(checks).toMatchObject({
      total_count: 5,
      check_runs: [{ conclusion: 'success' }, {}, {}, {}, {}],
    })
  })
})
