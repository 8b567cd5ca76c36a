/** GitHub's own queue as the backend of a dock: a real server over real git, each step journaled. */
import { expect, it } from 'vitest'
import { requirePart } from '../../setup/require-part.ts'
import { MINUTE } from '../practice-github/parts/dock-server.ts'
import { nativeDock, REPO } from './parts/native-dock.ts'

const BY = { user: 'robin', host: 'yard', pid: 9, tty: '/dev/pts/1', parents: [] }

requirePart('git')('the native backend', () => {
  it('[F09] puts in what passes the gate, in order, follows it, and it lands', async () => {
    const { server, hub, landings } = await nativeDock({ pulls: 4 })
    const { look, journal, steps } = hub()
    const { of, line, found } = await look()
    expect(found).toMatchObject({ state: 'ok' })
    expect(line).toMatchObject({ backend: 'native', trains: [] })
    expect(of(1)).toMatchObject({
      state: 'queued',
      position: 1,
      blocking: expect.stringMatching(/is being tested/),
      etaMs: expect.any(Number),
      entry: { state: 'AWAITING_CHECKS', position: 1, enqueuedAt: server.clock.now },
    })
    expect(of(4)).toMatchObject({ state: 'queued', position: 4, entry: { state: 'QUEUED' } })
    expect(steps()).toEqual([1, 2, 3, 4].map(pr => `enqueue #${pr} done`))
    server.pass(6 * MINUTE)
    await look()
    server.pass(6 * MINUTE)
    expect((await look()).facts).toEqual([])
    expect(landings()).toEqual([1, 2, 3, 4])
    expect(steps()).toHaveLength(4)
    expect(journal.unsettled('intent')).toEqual([])
    const rule = journal.list({ kinds: ['intent'] })[0]?.data['rule']
    expect(rule).toBe('the gate lets it through')
  })

  it('keeps those apart that conflict, and throws out what is red in it once, with a word', async () => {
    const { server, hub, landings, world } = await nativeDock({ pulls: 3, rivals: new Set([1, 2]) })
    const { look } = hub()
    const first = await look()
    expect([1, 2, 3].map(pr => first.of(pr)?.state)).toEqual(['queued', 'waiting', 'queued'])
    expect(first.of(2)).toMatchObject({ position: 3 })
    // Its checks are red in the queue alone.
    const group = server.git(
      'for-each-ref',
      '--format=%(objectname)',
      'refs/heads/gh-readonly-queue',
    )
    const [sha = ''] = group.split('\n')
    const run = server.model.ci.runOf(sha)
    if (run) Object.assign(run, { verdict: 'fail' })
    server.pass(6 * MINUTE)
    const after = await look()
    expect(landings()).not.toContain(1)
    expect(after.of(1)).toMatchObject({ state: 'ejected', position: null })
    server.pass(6 * MINUTE)
    await look()
    expect(landings()).toEqual([3, 2])
    expect(world.told).toEqual(['#1 left the queue of GitHub without landing'])
  })

  it('takes out what the gate turned against, and nothing that a person put in', async () => {
    const { hub, world, entries, person } = await nativeDock({ pulls: 3 })
    const { look, steps } = hub()
    world.held.add(3)
    await look()
    const { id, head } = await person.pull(3)
    await person.enqueue({ id, head, jump: false })
    world.held.add(1)
    await look()
    expect(await entries()).toEqual([2, 3])
    expect(steps()).toContain('dequeue #1 done')
    world.held.delete(1)
    world.frozen = 'a release'
    await look()
    expect(await entries()).toEqual([3])
    world.frozen = null
    await look()
    expect(await entries()).toEqual([3, 1, 2])
  })

  it.each([
    ['an answer that is lost', { kind: 'lost-answer' }],
    ['a word of failure', { kind: 'false-failure', message: 'Something went wrong.' }],
    ['a gateway', { kind: 'status', status: 502 }],
    ['a cut', { kind: 'cut' }],
  ] as const)('[O01] after %s each goes in once, whichever hub goes on', async (_, fault) => {
    const { server, hub, entries, landings } = await nativeDock({ pulls: 2 })
    const first = hub()
    server.server.faults.inject(fault, 1, { text: 'enqueuePullRequest' })
    await first.look()
    first.journal.close()
    const next = hub()
    await next.look()
    expect(await entries()).toHaveLength(2)
    const entered = next.steps().filter(step => /^enqueue #\d done$/.test(step))
    expect(new Set(entered).size).toBe(2)
    expect(entered).toHaveLength(2)
    expect(next.journal.unsettled('intent')).toEqual([])
    server.pass(12 * MINUTE)
    await next.look()
    server.pass(12 * MINUTE)
    await next.look()
    expect(landings().toSorted((a, b) => a - b)).toEqual([1, 2])
  })

  it('waits as GitHub asks, says so, and goes on', async () => {
    const { server, hub, entries } = await nativeDock({ pulls: 2 })
    const { look } = hub()
    server.server.faults.inject({ kind: 'status', status: 429, retryAfter: 30 }, 1, {
      text: 'enqueuePullRequest',
    })
    expect((await look()).found).toMatchObject({
      state: 'partial',
      message: expect.stringMatching(/GitHub asks to wait 30 s/),
    })
    server.pass(31_000)
    expect((await look()).found.state).toBe('ok')
    expect(await entries()).toHaveLength(2)
  })

  it('says that there is no queue, and what to do', async () => {
    const { hub } = await nativeDock({ pulls: 1, rules: { queue: null } })
    expect((await hub().look()).found).toMatchObject({
      state: 'partial',
      message: expect.stringMatching(/main has no merge queue.*organization/),
    })
  })
})

requirePart('git')('the train', () => {
  it('[F05] takes none that GitHub’s queue has, or that a person’s word merges', async () => {
    const { server, hub, person } = await nativeDock({ pulls: 3 }, { backend: 'train', batch: 4 })
    const { look, journal } = hub()
    const { id, head } = await person.pull(1)
    await person.enqueue({ id, head, jump: false })
    const second = await person.pull(2)
    const data = { act: 'pull.merge', repo: REPO, number: 2, head: second.head }
    const entry = { author: 'robin', subject: `${REPO}#2`, text: 'decided', data }
    journal.append({ at: server.clock.now, kind: 'intent', ...entry })
    const { line } = await look()
    expect(line?.trains.flatMap(({ prs }) => prs)).toEqual([3])
  })
})

requirePart('git')('the switch', () => {
  it('[F05] [F08] empties the one before the other begins, is known to the next hub, and undone', async () => {
    const { hub, entries } = await nativeDock({ pulls: 2 }, { backend: 'train' })
    const first = hub()
    const asked = { repo: REPO, isDryRun: false, by: BY }
    const trains = await first.look()
    expect(trains.line?.trains).toHaveLength(1)
    expect(first.backends.switch({ ...asked, to: 'native' })).toMatchObject({
      kind: 'done',
      text: expect.stringMatching(/in review 0, must be below 10; open pull requests 3/),
    })
    const between = await first.look()
    expect(between.line).toMatchObject({ backend: 'native', trains: [] })
    first.journal.close()
    const next = hub()
    expect(next.backends.of(REPO)).toBe('native')
    await next.look()
    expect(await entries()).toEqual([1, 2])
    const undo = next.journal
      .list({ kinds: ['outcome'] })
      .find(({ data }) => data['switched'])?.data
    expect(undo?.['undo']).toEqual({ act: 'dock.switch', repo: REPO, to: 'train' })
    next.backends.switch({ ...asked, to: 'train' })
    await next.look()
    expect(await entries()).toEqual([])
    expect((await next.look()).line).toMatchObject({ backend: 'train', trains: [{}] })
  })
})
