import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Collector, Look } from '../../../adapters/collector.ts'
import { type GithubDeps, githubCollectors } from '../../../adapters/github/collector.ts'
import { gitWith } from '../../../src/practice/git/git.ts'
import { openRepository } from '../../../src/practice/git/repository.ts'
import { modelOf, type RepositoryModel } from '../../../src/practice/github/model.ts'
import { type GithubServer, startGithub } from '../../../src/practice/github/server.ts'
import { makeRepository } from '../../../src/practice/history/fast-import.ts'
import { planRepositories } from '../../../src/practice/history/plan.ts'
import { seeded } from '../../../src/practice/random.ts'
import { GithubConfig } from '../../../state/config.ts'
import type { LandingFact, PrFact } from '../../../state/facts.ts'
import { eventually } from '../../setup/eventually.ts'
import { requirePart } from '../../setup/require-part.ts'

const TOKEN = 'ghp_plantedPlantedPlantedPlanted0000001'
const MINUTE = 60_000

const urlOf = (input: Parameters<typeof fetch>[0]): string =>
  input instanceof Request ? input.url : input.toString()

/** A GitHub-like server over real git repositories, with a clock that we move. */
requirePart('git')('the queue from GitHub', () => {
  let dir: string
  let server: GithubServer
  let models: RepositoryModel[]
  let clock: { offset: number }
  const now = () => Date.now() + clock.offset
  const asked: { url: string; status: number | null }[] = []
  const recordingFetch: typeof fetch = async (input, init) => {
    const entry: (typeof asked)[number] = { url: urlOf(input), status: null }
    asked.push(entry)
    const response = await fetch(input, init)
    entry.status = response.status
    return response
  }

  beforeAll(async () => {
    clock = { offset: 0 }
    dir = await mkdtemp(join(tmpdir(), 'dockmaster-github-'))
    const env = { PATH: process.env['PATH'] ?? '', HOME: dir, GIT_CONFIG_NOSYSTEM: '1' }
    const identity = {
      GIT_AUTHOR_NAME: 'harbour',
      GIT_AUTHOR_EMAIL: 'harbour@tidewater.invalid',
      GIT_COMMITTER_NAME: 'harbour',
      GIT_COMMITTER_EMAIL: 'harbour@tidewater.invalid',
    }
    const git = gitWith({ ...env, ...identity })
    models = await Promise.all(
      planRepositories(seeded(7)).map(async plan => {
        const bare = join(dir, `${plan.name}.git`)
        const marks = await makeRepository(git, plan, { dir: bare, clone: join(dir, plan.name) })
        const repository = openRepository(git, bare)
        return await modelOf({ plan, marks, git: repository, now, speed: 20 })
      }),
    )
    server = await startGithub({ repositories: models, token: TOKEN, now })
  })

  afterAll(async () => {
    await server.close()
    await rm(dir, { recursive: true, force: true })
  })

  beforeEach(() => {
    server.faults.clear()
    clock.offset = 0
    asked.length = 0
  })

  const collectorOf = (name: string, deps: Partial<GithubDeps> = {}): Collector => {
    const model = models.find(one => one.name === name)
    const config = GithubConfig.parse({
      repos: [model?.fullName],
      api: server.url,
      token: { env: 'PRACTICE_TOKEN' },
    })
    const secret = async () => TOKEN
    const [collector] = githubCollectors(config, { now, secret, fetch: recordingFetch, ...deps })
    if (!collector) throw new Error('no collector')
    return collector
  }
  const idle = new AbortController().signal
  const pullsOf = (look: Look): PrFact[] =>
    look.drafts.flatMap(draft => (draft.kind === 'pr' && draft.value ? [draft.value] : []))
  const landingsOf = (look: Look): LandingFact[] =>
    look.drafts.flatMap(draft => (draft.kind === 'landing' && draft.value ? [draft.value] : []))
  const full = async (collector: Collector): Promise<Look> => {
    let look = await collector.look(null, idle)
    await eventually('every merge state known', async () => {
      look = await collector.look(new Set(['merge-states']), idle)
      if (look.state !== 'ok') throw new Error(String(look.message))
      return !pullsOf(look).some(pull => pull.mergeState === 'UNKNOWN')
    })
    return look
  }

  it('[F01] tells the real merge state of every open pull request', async () => {
    const look = await full(collectorOf('quay'))
    expect(look).toMatchObject({ state: 'ok', extent: 'all', message: null })
    const states = pullsOf(look).map(pull => pull.mergeState)
    const count = (state: string) => states.filter(one => one === state).length
    expect(states).toHaveLength(22)
    expect(count('DIRTY')).toBe(14)
    expect(count('CLEAN')).toBe(4)
    expect(count('BLOCKED')).toBe(1)
    for (const pull of pullsOf(look)) {
      expect(pull.changedFiles).toBeGreaterThan(0)
      expect(pull.headSha).toMatch(/^[0-9a-f]{40}$/)
      expect(pull.checksTotal).toBe(5)
    }
    const red = pullsOf(look).filter(pull => pull.checks === 'failing')
    expect(red.length).toBeGreaterThan(0)
    expect(red[0]?.checksDone).toBe(5)
    const pending = pullsOf(look).find(pull => pull.checks === 'pending')
    expect(pending?.checksDone).toBe(3)
  })

  it('[F01] asks again while a merge state is UNKNOWN, by itself and only so often', async () => {
    const quay = models.find(one => one.name === 'quay')
    // A push to the base: GitHub knows no merge state any more.
    const open = quay?.pulls().filter(pull => !pull.landed) ?? []
    const collector = collectorOf('quay', { recheckMs: [20, 40, 60] })
    const clean = pullsOf(await full(collectorOf('quay'))).find(pull => pull.mergeState === 'CLEAN')
    await quay?.land(clean?.number ?? 0, 'harbour')
    const pokes: string[] = []
    const watching = new AbortController()
    void collector.watch?.(hint => pokes.push(hint), watching.signal)
    const first = await collector.look(null, idle)
    expect(pullsOf(first)).toHaveLength(open.length - 1)
    expect(pullsOf(first).map(pull => pull.mergeState)).toContain('UNKNOWN')
    await eventually('a poke', () => pokes.length > 0)
    await eventually('every merge state known', async () => {
      const again = await collector.look(new Set(pokes), idle)
      return !pullsOf(again).some(pull => pull.mergeState === 'UNKNOWN')
    })
    watching.abort()
  })

  it('lists what landed by the SHA on the default branch', async () => {
    const quay = models.find(one => one.name === 'quay')
    const landed = quay?.pulls().find(pull => pull.landed)?.landed
    const look = await full(collectorOf('quay'))
    expect(landingsOf(look).map(landing => landing.sha)).toContain(landed?.sha)
    expect(landingsOf(look).every(landing => /^[0-9a-f]{40}$/.test(landing.sha))).toBe(true)
  })

  it('costs a quiet repository nothing but free 304s, and is read whole every five minutes', async () => {
    const collector = collectorOf('beacon')
    await collector.look(null, idle)
    const look = await full(collector)
    expect(pullsOf(look).map(pull => pull.checks)).not.toContain('pending')
    const spent = Number(server.counters()['200'])
    asked.length = 0
    const quiet = await collector.look(null, idle)
    expect(quiet).toMatchObject({ state: 'ok', extent: 'some', drafts: [] })
    expect(asked.map(({ status }) => status)).toEqual([304, 304])
    expect(server.counters()['200']).toBe(spent)
    clock.offset = 6 * MINUTE
    expect(pullsOf(await collector.look(null, idle)).length).toBeGreaterThan(0)
  })

  it.each([
    [401, 'denied', /401/],
    [403, 'denied', /403/],
    [404, 'denied', /404/],
    [429, 'unreachable', /rate limit/],
    [500, 'unreachable', /500/],
    [502, 'unreachable', /502/],
    [418, 'error', /418/],
  ])('a %i answer is a clear look with a mend', async (status, state, text) => {
    server.faults.inject({ kind: 'status', status })
    const look = await collectorOf('beacon').look(null, idle)
    expect(look).toMatchObject({ state, drafts: [] })
    expect(look.message).toMatch(text)
    expect(look.mend).toBeTruthy()
  })

  it('waits as long as retry-after says, and asks nothing meanwhile', async () => {
    const collector = collectorOf('beacon')
    server.faults.inject({ kind: 'status', status: 429, retryAfter: 90 })
    const refused = await collector.look(null, idle)
    expect(refused.state).toBe('unreachable')
    asked.length = 0
    clock.offset = 80_000
    expect(await collector.look(null, idle)).toEqual(refused)
    expect(asked).toHaveLength(0)
    clock.offset = 100_000
    expect(await collector.look(null, idle)).toMatchObject({ state: 'ok', message: null })
  })

  it('backs off from failures that go on, and comes back by itself', async () => {
    const collector = collectorOf('beacon')
    server.faults.inject({ kind: 'status', status: 503 }, 4)
    await collector.look(null, idle)
    await collector.look(null, idle)
    asked.length = 0
    expect((await collector.look(null, idle)).state).toBe('unreachable')
    expect(asked).toHaveLength(0)
    clock.offset = 2 * MINUTE
    expect(await collector.look(null, idle)).toMatchObject({ state: 'ok', message: null })
  })

  it('[A07] a cut answer is unreachable, never an empty queue', async () => {
    server.faults.inject({ kind: 'cut' }, 2)
    const look = await collectorOf('beacon').look(null, idle)
    expect(look).toMatchObject({ state: 'unreachable', drafts: [] })
    expect(look.message).toMatch(/no answer from GitHub/)
  })

  it('[A07] a failure between the news and the reading does not make the news old', async () => {
    const beacon = models.find(one => one.name === 'beacon')
    let graphqlFails = false
    const flaky: typeof fetch = async (input, init) => {
      if (urlOf(input).endsWith('/graphql') && graphqlFails) throw new TypeError('socket hang up')
      return await fetch(input, init)
    }
    const other = collectorOf('beacon', { fetch: flaky })
    const clean = pullsOf(await full(other)).find(pull => pull.mergeState === 'CLEAN')
    await beacon?.land(clean?.number ?? 0, 'harbour')
    graphqlFails = true
    expect((await other.look(null, idle)).state).toBe('unreachable')
    graphqlFails = false
    const look = await other.look(null, idle)
    expect(landingsOf(look).map(landing => landing.number)).toContain(clean?.number)
  })

  it('[O06] a token that is refused, and told back in the answer, stands in no text', async () => {
    const echo: typeof fetch = async (_, init) => {
      const message = `bad header ${new Headers(init?.headers).get('authorization')}`
      return Response.json({ message }, { status: 422 })
    }
    const look = await collectorOf('beacon', { fetch: echo }).look(null, idle)
    expect(look.message).toContain('[redacted]')
    expect(JSON.stringify(look)).not.toContain(TOKEN)
    const wrong = collectorOf('beacon', { secret: async () => 'wrong' })
    expect((await wrong.look(null, idle)).state).toBe('denied')
  })

  it('a server that is not there is unreachable and says where to look', async () => {
    const config = GithubConfig.parse({
      repos: ['tidewater/quay'],
      api: 'http://127.0.0.1:1',
      token: { env: 'PRACTICE_TOKEN' },
    })
    const [collector] = githubCollectors(config, { now, secret: async () => TOKEN })
    const look = await collector?.look(null, idle)
    expect(look).toMatchObject({
      state: 'unreachable',
      mend: expect.stringContaining('github.api'),
    })
  })

  it('a repository that fails makes no other one stale', async () => {
    const repos = ['tidewater/nowhere', ...models.map(model => model.fullName)]
    const config = GithubConfig.parse({ repos, api: server.url, token: { env: 'PRACTICE_TOKEN' } })
    const collectors = githubCollectors(config, { now, secret: async () => TOKEN })
    const looks = await Promise.all(collectors.map(collector => collector.look(null, idle)))
    expect(looks.map(look => look.state)).toEqual(['denied', 'ok', 'ok'])
  })
})
