/** GitHub's own queue, asked by GraphQL as its schema says. */
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../../setup/require-part.ts'
import { type DockServer, type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'

const served = async (plan: DockServerPlan) => {
  const queue = { method: 'merge', maxEntriesToBuild: 3, maxEntriesToMerge: 3 } as const
  const dock = await dockServer({ ci: { runners: 3 }, ...plan, rules: { queue, ...plan.rules } })
  onTestFinished(() => dock.close())
  return dock
}

const IDS = `query ids($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: 50) { nodes { id number headRefOid state isInMergeQueue } }
    mergeQueue(branch: "main") {
      entries(first: 50) {
        nodes { position state enqueuedAt estimatedTimeToMerge pullRequest { number } }
      }
    }
  }
}`

interface Seen {
  pullRequests: { nodes: { id: string; number: number; headRefOid: string; state: string }[] }
  mergeQueue: {
    entries: {
      nodes: {
        position: number
        state: string
        estimatedTimeToMerge: number
        pullRequest: { number: number }
      }[]
    }
  } | null
}

const seen = async (dock: DockServer) =>
  ((await dock.client.ask(IDS, {})).data as { repository: Seen }).repository

const entries = async (dock: DockServer) =>
  (await seen(dock)).mergeQueue?.entries.nodes.map(
    ({ pullRequest, state }) => `#${pullRequest.number} ${state}`,
  )

const idOf = async (dock: DockServer, number: number) =>
  (await seen(dock)).pullRequests.nodes.find(node => node.number === number)?.id

const enqueue = async (dock: DockServer, number: number, more: Record<string, unknown> = {}) =>
  dock.client.ask(
    `mutation enqueue($id: ID!, $head: GitObjectID, $jump: Boolean) {
      enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head, jump: $jump}) {
        mergeQueueEntry { position state }
      }
    }`,
    { id: await idOf(dock, number), ...more },
  )

const dequeue = async (dock: DockServer, number: number) =>
  dock.client.ask(
    'mutation dequeue($id: ID!) { dequeuePullRequest(input: {id: $id}) { mergeQueueEntry { state } } }',
    { id: await idOf(dock, number) },
  )

const stateOf = async (dock: DockServer, number: number) =>
  (await seen(dock)).pullRequests.nodes.find(node => node.number === number)?.state

requirePart('git')('the native queue', () => {
  it('builds its first entries one on the other, and lands what is green in order', async () => {
    const dock = await served({ pulls: 4 })
    for (const number of [1, 2, 3, 4]) await enqueue(dock, number)
    expect(await entries(dock)).toEqual([
      '#1 AWAITING_CHECKS',
      '#2 AWAITING_CHECKS',
      '#3 AWAITING_CHECKS',
      '#4 QUEUED',
    ])
    const shown = (await seen(dock)).mergeQueue?.entries.nodes ?? []
    expect(shown.map(({ position }) => position)).toEqual([1, 2, 3, 4])
    expect(shown.map(({ estimatedTimeToMerge: seconds }) => seconds)).toEqual([360, 360, 360, 720])
    const groups = dock.git('for-each-ref', '--format=%(refname)', 'refs/heads/gh-readonly-queue')
    expect(groups.split('\n')).toHaveLength(3)
    expect(groups).toContain('refs/heads/gh-readonly-queue/main/pr-1-')
    dock.pass(6 * MINUTE)
    expect(await entries(dock)).toEqual(['#4 AWAITING_CHECKS'])
    dock.pass(6 * MINUTE)
    expect(await entries(dock)).toEqual([])
    expect(await stateOf(dock, 4)).toBe('MERGED')
    const landings = dock.git('log', '--first-parent', '--reverse', '--format=%s', 'main')
    expect(landings.split('\n').slice(1)).toEqual([1, 2, 3, 4].map(n => `Change ${n} (#${n})`))
    expect(dock.git('for-each-ref', 'refs/heads/gh-readonly-queue')).toBe('')
  })

  it('a red one leaves and what stood on it is built anew; one that conflicts cannot land', async () => {
    const dock = await served({ pulls: 4, bad: new Set([2]), rivals: new Set([1, 3]) })
    for (const number of [1, 2, 3, 4]) await enqueue(dock, number)
    expect(await entries(dock)).toEqual([
      '#1 AWAITING_CHECKS',
      '#2 AWAITING_CHECKS',
      '#3 UNMERGEABLE',
      '#4 AWAITING_CHECKS',
    ])
    dock.pass(6 * MINUTE)
    await entries(dock)
    dock.pass(6 * MINUTE)
    expect(await entries(dock)).toEqual([])
    const states = await Promise.all([1, 2, 3, 4].map(number => stateOf(dock, number)))
    expect(states).toEqual(['MERGED', 'OPEN', 'OPEN', 'MERGED'])
    expect(dock.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('broken/2')
  })

  it('a jump goes first, another head is refused, a push leaves, a dequeue is told', async () => {
    const dock = await served({ pulls: 3 })
    await enqueue(dock, 1)
    await enqueue(dock, 2, { jump: true })
    expect(await entries(dock)).toEqual(['#2 AWAITING_CHECKS', '#1 AWAITING_CHECKS'])
    await expect(enqueue(dock, 3, { head: '0'.repeat(40) })).rejects.toThrow(
      'Head branch was modified',
    )
    await dequeue(dock, 2)
    expect(await entries(dock)).toEqual(['#1 AWAITING_CHECKS'])
    const more = await dock.commit('origin/lane/1', 'More', { 'more.txt': 'more\n' })
    await dock.push(`${more}:refs/heads/lane/1`)
    expect(await entries(dock)).toEqual([])
  })

  it('a base that was moved past the queue is what its groups are built on anew', async () => {
    const dock = await served({ pulls: 2, rules: { bypass: ['lane-agent'] } })
    for (const number of [1, 2]) await enqueue(dock, number)
    const theirs = await dock.commit('origin/main', 'Theirs', { 'theirs.txt': 'theirs\n' })
    expect(await dock.push(`${theirs}:refs/heads/main`)).toMatchObject({ code: 0 })
    expect(await entries(dock)).toEqual(['#1 AWAITING_CHECKS', '#2 AWAITING_CHECKS'])
    dock.pass(12 * MINUTE)
    expect(await entries(dock)).toEqual([])
    const landings = dock.git('log', '--first-parent', '--format=%H', 'main').split('\n')
    expect(landings[2]).toBe(theirs)
    for (const commit of landings.slice(0, 2)) expect(dock.model.rollup(commit)).toBe('SUCCESS')
  })

  it('a dequeue may say that it failed and have succeeded', async () => {
    const dock = await served({ pulls: 1 })
    await enqueue(dock, 1)
    const message = 'Something went wrong while executing your query.'
    dock.server.faults.inject({ kind: 'false-failure', message }, 1, { text: 'dequeuePullRequest' })
    await expect(dequeue(dock, 1)).rejects.toThrow(message)
    expect(await entries(dock)).toEqual([])
  })

  it('is off until the rules turn it on; direct pushes are refused while it is on', async () => {
    const dock = await served({ pulls: 1, rules: { queue: null } })
    await expect(enqueue(dock, 1)).rejects.toMatchObject({
      failure: { types: ['UNPROCESSABLE'], message: expect.stringContaining('not enabled') },
    })
    expect((await seen(dock)).mergeQueue).toBeNull()
    dock.model.rules.queue = { method: 'squash', maxEntriesToBuild: 1, maxEntriesToMerge: 1 }
    const commit = await dock.commit('origin/main', 'Past', { 'a.txt': 'a\n' })
    expect((await dock.push(`${commit}:refs/heads/main`)).stderr).toContain(
      'through the merge queue',
    )
    await enqueue(dock, 1)
    dock.pass(6 * MINUTE)
    expect(await stateOf(dock, 1)).toBe('MERGED')
    expect(dock.git('log', '-1', '--format=%P', 'main').split(' ')).toHaveLength(1)
  })

  it('rebases a branch when it is asked to, and says a comment', async () => {
    const dock = await served({ pulls: 2, rules: { queue: null } })
    await dock.client.call('PUT /repos/{owner}/{repo}/pulls/{number}/merge', { number: 1 })
    const id = await idOf(dock, 2)
    await dock.client.ask(
      `mutation update($id: ID!) {
        updatePullRequestBranch(input: {pullRequestId: $id, updateMethod: REBASE}) {
          pullRequest { number }
        }
      }`,
      { id },
    )
    const parents = dock.git('log', '-1', '--format=%P', 'lane/2')
    expect(parents).toBe(dock.git('rev-parse', 'main'))
    await dock.client.ask(
      `mutation say($id: ID!) {
        addComment(input: {subjectId: $id, body: "Rebased."}) { commentEdge { node { body } } }
      }`,
      { id },
    )
    expect(dock.model.pulls().find(({ number }) => number === 2)?.comments).toHaveLength(1)
  })
})
