/** The GitHub-like server over real git: what it says is what git says, late and conditionally. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { type TestFactory, testFactory } from './parts/factory.ts'

interface PullNode {
  number: number
  title: string
  headRefOid: string
  headRefName: string
  mergeStateStatus: string
  mergeable: string
  additions: number
  deletions: number
  changedFiles: number
  statusCheckRollup: { state: string }
}

const PULLS = `query($name: String!) {
  repository(owner: "tidewater", name: $name) {
    pullRequests(states: OPEN, first: 100, orderBy: {field: CREATED_AT, direction: ASC}) {
      nodes {
        number title headRefOid headRefName mergeStateStatus mergeable
        additions deletions changedFiles statusCheckRollup { state }
      }
    }
  }
}`

let factory: TestFactory
beforeAll(async () => {
  factory = await testFactory()
})
afterAll(() => factory?.remove())

interface Asked {
  method?: string
  body?: string
  headers?: Record<string, string>
}

const ask = (path: string, init: Asked = {}, of = factory) => {
  const token = readFileSync(of.layout.token, 'utf8').trim()
  const headers = { authorization: `bearer ${token}`, ...init.headers }
  return fetch(`${of.github.url}${path}`, { ...init, headers })
}

async function query(text: string, variables: Record<string, unknown> = {}, of = factory) {
  const body = JSON.stringify({ query: text, variables })
  const response = await ask('/graphql', { method: 'POST', body }, of)
  return (await response.json()) as { data: unknown; errors?: { message: string }[] }
}

async function pullsOf(name: string, of = factory): Promise<PullNode[]> {
  const { data } = await query(PULLS, { name }, of)
  const { repository } = data as { repository: { pullRequests: { nodes: PullNode[] } } }
  return repository.pullRequests.nodes
}

const known = (name: string, of = factory) =>
  eventually('mergeability is computed', async () => {
    const pulls = await pullsOf(name, of)
    return pulls.every(pull => pull.mergeStateStatus !== 'UNKNOWN') && pulls
  })

const gitOf = (name: string, of = factory) => ({
  cwd: join(of.layout.origins, 'tidewater', `${name}.git`),
  reject: false,
})

requirePart('git')('the practice GitHub', () => {
  it('[F01] says UNKNOWN first, and computes what git says', async () => {
    const first = await pullsOf('quay')
    expect(new Set(first.map(pull => pull.mergeStateStatus))).toEqual(new Set(['UNKNOWN']))
    expect(new Set(first.map(pull => pull.mergeable))).toEqual(new Set(['UNKNOWN']))

    const pulls = await known('quay')
    for (const { headRefOid, mergeStateStatus } of pulls) {
      const { exitCode, stdout } = await execa(
        'git',
        ['merge-tree', '--write-tree', 'main', headRefOid],
        gitOf('quay'),
      )
      // A conflict is exit 1 with a tree; exit 1 without one is a bad revision.
      expect(stdout).toMatch(/^[0-9a-f]{40}/)
      expect({ headRefOid, conflict: exitCode === 1 }).toEqual({
        headRefOid,
        conflict: mergeStateStatus === 'DIRTY',
      })
    }
    const states = pulls.map(pull => pull.mergeStateStatus)
    expect(new Set(states)).toEqual(new Set(['DIRTY', 'CLEAN', 'UNSTABLE', 'BLOCKED']))
    expect(pulls.some(pull => pull.statusCheckRollup.state === 'FAILURE')).toBe(true)
  })

  it('[F01] shows BEHIND under strict rules, and counts the diff by git', async () => {
    const pulls = await known('beacon')
    const behind = pulls.filter(pull => pull.mergeStateStatus === 'BEHIND')
    expect(behind.length).toBeGreaterThan(0)
    for (const pull of behind) {
      const range = `main...${pull.headRefOid}`
      const { stdout } = await execa('git', ['diff', '--shortstat', range], gitOf('beacon'))
      const shown = [pull.changedFiles, pull.additions, pull.deletions]
      expect(stdout.match(/\d+/g)?.map(Number)).toEqual(shown)
      const missing = await execa(
        'git',
        ['rev-list', '--count', `${pull.headRefOid}..main`],
        gitOf('beacon'),
      )
      expect(Number(missing.stdout)).toBeGreaterThan(0)
    }
  })

  it('computes everything anew after a landing, which is a merge commit on the base', async () => {
    const pulls = await known('quay')
    const clean = pulls.find(pull => pull.mergeStateStatus === 'CLEAN')
    if (!clean) throw new Error('no clean pull request to land')
    const model = factory.github.repositories.find(({ name }) => name === 'quay')
    const landed = await model?.land(clean.number, 'marshal')

    const after = await pullsOf('quay')
    expect(after.map(pull => pull.number)).not.toContain(clean.number)
    expect(new Set(after.map(pull => pull.mergeStateStatus))).toEqual(new Set(['UNKNOWN']))
    const { stdout } = await execa('git', ['log', '-1', '--format=%H %P', 'main'], gitOf('quay'))
    const [sha, , head] = stdout.split(' ')
    expect({ sha, head }).toEqual({ sha: landed?.landed?.sha, head: clean.headRefOid })
    const found = await query(
      `{search(type: ISSUE, first: 50, query: "repo:tidewater/quay is:pr is:merged") {
        nodes { ... on PullRequest { number mergeCommit { oid } mergedBy { login } } }
      }}`,
    )
    const { search } = found.data as { search: { nodes: { number: number }[] } }
    expect(search.nodes.find(node => node.number === clean.number)).toEqual({
      number: clean.number,
      mergeCommit: { oid: sha },
      mergedBy: { login: 'marshal' },
    })
  })

  it('refuses what GitHub would refuse', async () => {
    const unknown = await query('{repository(owner: "tidewater", name: "quay") {nonsense}}')
    expect(unknown.errors?.[0]?.message).toMatch(/Cannot query field "nonsense"/)
    const unpaged = await query(
      '{repository(owner: "tidewater", name: "quay") {pullRequests {totalCount}}}',
    )
    expect(unpaged.errors?.[0]?.message).toMatch(/`first` or `last`/)
    const anonymous = await fetch(`${factory.github.url}/repos/tidewater/quay`)
    expect(anonymous.status).toBe(401)
    expect((await ask('/repos/tidewater/none')).status).toBe(404)
  })

  it('answers 304 to its own ETag, for free, though the client says no-cache', async () => {
    const path = '/repos/tidewater/quay/pulls?state=open&sort=updated&direction=desc&per_page=3'
    const first = await ask(path)
    const listed = (await first.json()) as { number: number; mergeable?: unknown }[]
    expect(listed).toHaveLength(3)
    expect(listed[0]).not.toHaveProperty('mergeable')
    expect(first.headers.get('link')).toContain('page=2')
    const headers = {
      'if-none-match': first.headers.get('etag') ?? '',
      'cache-control': 'no-cache',
    }
    const again = await ask(path, { headers })
    expect(again.status).toBe(304)
    const remaining = (response: Response) => response.headers.get('x-ratelimit-remaining')
    expect(remaining(again)).toBe(remaining(first))
  })

  it('reads one pull request: null first, then what git says', async () => {
    const pulls = await known('quay')
    const dirty = pulls.find(pull => pull.mergeStateStatus === 'DIRTY')
    const path = `/repos/tidewater/quay/pulls/${dirty?.number}`
    const one = await eventually('it is computed', async () => {
      const body = (await (await ask(path)).json()) as Record<string, unknown>
      return body['mergeable'] !== null && body
    })
    expect(one).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merged: false })
  })

  it('meets the faults that a test asks for', async () => {
    const { faults } = factory.github
    faults.inject({ kind: 'status', status: 429, retryAfter: 7 })
    const limited = await ask('/repos/tidewater/quay')
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    faults.inject({ kind: 'cut' })
    await expect(ask('/repos/tidewater/quay').then(response => response.text())).rejects.toThrow()
    expect((await ask('/repos/tidewater/quay')).status).toBe(200)
  })

  it('follows a push: the head moves and is checked again', async () => {
    const [pull] = await pullsOf('beacon')
    if (!pull) throw new Error('beacon has no pull request')
    const { stdout: sha } = await execa(
      'git',
      ['commit-tree', `${pull.headRefOid}^{tree}`, '-p', pull.headRefOid, '-m', 'More'],
      { ...gitOf('beacon'), env: { ...author('AUTHOR'), ...author('COMMITTER') } },
    )
    await execa('git', ['update-ref', `refs/heads/${pull.headRefName}`, sha], gitOf('beacon'))
    const moved = (await pullsOf('beacon')).find(one => one.number === pull.number)
    expect(moved).toMatchObject({ headRefOid: sha, statusCheckRollup: { state: 'PENDING' } })
  })
})

const author = (role: string) => ({
  [`GIT_${role}_NAME`]: 'Test',
  [`GIT_${role}_EMAIL`]: 'test@example.invalid',
})

requirePart('git')('the seed', () => {
  it('gives the same pull requests and SHAs again, and another seed others', async () => {
    const lists: PullNode[][] = []
    for (const seed of ['11', '11', '12']) {
      const one = await testFactory({ seed })
      lists.push([...(await known('quay', one)), ...(await known('beacon', one))])
      await one.remove()
    }
    const [first, second, other] = lists
    expect(second).toEqual(first)
    expect(other).not.toEqual(first)
  })
})
