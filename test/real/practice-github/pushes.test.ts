/** git over HTTP, and what a push does to pull requests and runners. */
import { expect, it, onTestFinished } from 'vitest'
import { readCommitChecks } from '../../../adapters/github/details.ts'
import { requirePart } from '../../setup/require-part.ts'
import { type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'

const served = async (plan: DockServerPlan) => {
  const dock = await dockServer(plan)
  onTestFinished(() => dock.close())
  return dock
}

const PULL = `query pull($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      state headRefOid mergeCommit { oid } mergedBy { login } mergeStateStatus updatedAt
    }
  }
}`

interface PullNode {
  state: string
  headRefOid: string
  mergeCommit: { oid: string } | null
  mergedBy: { login: string } | null
  mergeStateStatus: string
}

const pullOf = async (dock: Awaited<ReturnType<typeof dockServer>>, number: number) => {
  const { data } = await dock.client.ask(PULL, { number })
  return (data as { repository: { pullRequest: PullNode } }).repository.pullRequest
}

const statesOf = async (dock: Awaited<ReturnType<typeof dockServer>>, commit: string) => {
  const checks = (await readCommitChecks(dock.client, [commit])).get(commit)
  return new Set(checks?.map(({ state }) => state))
}

requirePart('git')('git over HTTP', () => {
  it('lets nobody in without the token, and hides the refs of pull requests from pushes', async () => {
    const dock = await served({ pulls: 1 })
    const anonymous = await dock.inClone('ls-remote', dock.remote)
    expect(anonymous.code).not.toBe(0)
    const wrong = await dock.push('main:refs/heads/other', 'ghp_wrong')
    expect(wrong.code).not.toBe(0)
    expect(dock.git('for-each-ref', 'refs/heads/other')).toBe('')
    const hidden = await dock.push('main:refs/pull/1/head', undefined, '--force')
    expect(hidden.stdout).toContain('deny updating a hidden ref')
  })

  it('a push moves the head of its pull request, its ref, and is checked again', async () => {
    const dock = await served({ pulls: 1 })
    const before = await pullOf(dock, 1)
    expect(dock.git('rev-parse', 'refs/pull/1/head')).toBe(before.headRefOid)
    const more = await dock.commit(before.headRefOid, 'More', { 'src/more.txt': 'more\n' })
    expect(await dock.push(`${more}:refs/heads/lane/1`)).toMatchObject({ code: 0 })
    expect((await pullOf(dock, 1)).headRefOid).toBe(more)
    expect(dock.git('rev-parse', 'refs/pull/1/head')).toBe(more)
    expect(await statesOf(dock, more)).toEqual(new Set(['pending']))
    dock.pass(6 * MINUTE)
    expect(await statesOf(dock, more)).toEqual(new Set(['passed']))
  })

  it('a pull request whose head the base holds by a push is merged, by the landing', async () => {
    const dock = await served({ pulls: 3 })
    const [first, second] = [await pullOf(dock, 1), await pullOf(dock, 2)]
    const train = async (from: string, head: string) => {
      const tree = dock.git('merge-tree', '--write-tree', from, head)
      return dock.git('commit-tree', tree, '-p', from, '-p', head, '-m', 'Land')
    }
    const one = await train(dock.git('rev-parse', 'main'), first.headRefOid)
    const two = await train(one, second.headRefOid)
    await dock.inClone('fetch', '--quiet', dock.dir + '/app.git', one, two)
    expect(await dock.push(`${two}:refs/heads/dockmaster/main/t1`)).toMatchObject({ code: 0 })
    expect(await dock.push(`${two}:refs/heads/main`)).toMatchObject({ code: 0 })
    expect(await pullOf(dock, 1)).toMatchObject({ state: 'MERGED', mergeCommit: { oid: one } })
    expect(await pullOf(dock, 2)).toMatchObject({ state: 'MERGED', mergeCommit: { oid: two } })
    expect(await pullOf(dock, 3)).toMatchObject({ state: 'OPEN', mergeStateStatus: 'UNKNOWN' })
  })

  it('a pull request whose branch is deleted is closed, and its ref stays', async () => {
    const dock = await served({ pulls: 2 })
    const { headRefOid } = await pullOf(dock, 1)
    await dock.push(':refs/heads/lane/1')
    expect(await pullOf(dock, 1)).toMatchObject({ state: 'CLOSED', mergeCommit: null })
    expect(await pullOf(dock, 2)).toMatchObject({ state: 'OPEN' })
    expect(dock.git('rev-parse', 'refs/pull/1/head')).toBe(headRefOid)
  })

  it('branches of trains are run one after the other; a branch that goes leaves the queue', async () => {
    const dock = await served({ pulls: 2, bad: new Set([2]) })
    const heads = [(await pullOf(dock, 1)).headRefOid, (await pullOf(dock, 2)).headRefOid]
    const commits: string[] = []
    for (const [index, head] of heads.entries()) {
      const commit = await dock.commit(head, `Train ${index}`, { 'train.txt': `${index}\n` })
      commits.push(commit)
      await dock.push(`${commit}:refs/heads/dockmaster/main/t${index}`)
    }
    const third = await dock.commit(heads[0] ?? '', 'Train 3', { 'train.txt': '3\n' })
    await dock.push(`${third}:refs/heads/dockmaster/main/t3`)
    expect(dock.model.ci.depth()).toBe(2)
    await dock.push(':refs/heads/dockmaster/main/t3')
    expect(dock.model.ci.depth()).toBe(1)
    dock.pass(6 * MINUTE)
    const states = (commit = '') => statesOf(dock, commit)
    expect(await states(commits[0])).toEqual(new Set(['passed']))
    expect(await states(commits[1])).toEqual(new Set(['pending']))
    expect(await states(third)).toEqual(new Set(['failed']))
    dock.pass(6 * MINUTE)
    expect(await states(commits[1])).toEqual(new Set(['passed', 'failed']))
  })

  it('refuses what protects the branch, in GitHub’s words', async () => {
    const dock = await served({ pulls: 1, rules: { requirePull: true } })
    const commit = await dock.commit('origin/main', 'Past the gate', { 'a.txt': 'a\n' })
    const refused = await dock.push(`${commit}:refs/heads/main`)
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('GH006: Protected branch update failed for refs/heads/main.')
    expect(refused.stderr).toContain('Changes must be made through a pull request.')
    expect(refused.stdout).toContain('[remote rejected] (protected branch hook declined)')
    dock.model.rules.requirePull = false
    dock.model.rules.requiredChecks = true
    expect((await dock.push(`${commit}:refs/heads/main`)).stderr).toContain('status check')
    await dock.push(`${commit}:refs/heads/dockmaster/main/t1`)
    dock.pass(6 * MINUTE)
    expect(await dock.push(`${commit}:refs/heads/main`)).toMatchObject({ code: 0 })
  })

  it('keeps what a protected branch holds: force, deletion, strangers; and lets pass who is above it', async () => {
    const dock = await served({ pulls: 1, rules: { pushers: ['lane-agent'] } })
    const old = dock.git('rev-parse', 'main')
    const more = await dock.commit(old, 'More', { 'a.txt': 'a\n' })
    expect(await dock.push(`${more}:refs/heads/main`)).toMatchObject({ code: 0 })
    const forced = await dock.push(`${old}:refs/heads/main`, undefined, '--force')
    expect(forced.stderr).toContain('Cannot force-push to this branch')
    expect(forced.stdout).toContain('protected branch hook declined')
    expect((await dock.push(':refs/heads/main')).stderr).toContain(
      'refusing to delete the current branch: refs/heads/main',
    )
    dock.model.rules.pushers = ['somebody']
    const mine = await dock.commit(more, 'Mine', { 'b.txt': 'b\n' })
    expect((await dock.push(`${mine}:refs/heads/main`)).stderr).toContain('not authorized to push')
    dock.model.rules.bypass.push('lane-agent')
    expect(await dock.push(`${mine}:refs/heads/main`)).toMatchObject({ code: 0 })
  })

  it('two pushes at once: the second is told where the branch is now, as GitHub tells it', async () => {
    const dock = await served({ pulls: 1 })
    const old = dock.git('rev-parse', 'main')
    const mine = await dock.commit(old, 'Mine', { 'a.txt': 'a\n' })
    const theirs = await dock.commit(old, 'Theirs', { 'b.txt': 'b\n' })
    const act = () => dock.push(`${theirs}:refs/heads/main`)
    const at = { method: 'POST', path: /git-receive-pack$/ }
    dock.server.faults.inject({ kind: 'race', act }, 1, at)
    const { stdout } = await dock.push(`${mine}:refs/heads/main`)
    expect(stdout).toContain(
      `cannot lock ref 'refs/heads/main': is at ${theirs} but expected ${old}`,
    )
    expect(dock.git('rev-parse', 'main')).toBe(theirs)
  })

  it('a run may be red for no reason, as often as is asked for', async () => {
    const flakes = [true, false]
    const dock = await served({ pulls: 1, ci: { flake: () => flakes.shift() ?? false } })
    const commit = await dock.commit('origin/lane/1', 'More', { 'more.txt': 'more\n' })
    for (const name of ['t1', 't2']) await dock.push(`${commit}:refs/heads/dockmaster/main/${name}`)
    dock.pass(12 * MINUTE)
    await dock.model.refresh()
    expect(dock.model.ci.runs().map(({ branch, verdict }) => `${branch} ${verdict}`)).toEqual(
      expect.arrayContaining(['dockmaster/main/t1 fail', 'dockmaster/main/t2 pass']),
    )
    expect(dock.model.rollup(commit)).toBe('SUCCESS')
  })

  it('a lease on a branch that was moved is refused by git itself', async () => {
    const dock = await served({ pulls: 1 })
    const old = dock.git('rev-parse', 'main')
    const [mine, theirs] = [
      await dock.commit(old, 'Mine', { 'a.txt': 'a\n' }),
      await dock.commit(old, 'Theirs', { 'b.txt': 'b\n' }),
    ]
    await dock.push(`${theirs}:refs/heads/main`)
    const raced = await dock.push(
      `${mine}:refs/heads/main`,
      undefined,
      `--force-with-lease=refs/heads/main:${old}`,
    )
    expect(raced.stdout).toContain('stale info')
    expect(dock.git('rev-parse', 'main')).toBe(theirs)
  })
})
