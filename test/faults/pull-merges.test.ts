/** A merge that a person asks for, against a real server: decided at a terminal, and done as was decided. */
import { expect, it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { AGENT, BY, pullPlace, REPO } from './parts/dock/pull-place.ts'

const QUEUE = { method: 'merge', maxEntriesToBuild: 3, maxEntriesToMerge: 3 } as const

requirePart('git')('a merge', () => {
  it('[M03] [O10] is a question first, which a person answers at a terminal, once', async () => {
    const { server, hub, landings } = await pullPlace()
    const { pulls, see, decide, facts, journal } = hub()
    const seen = see(1, { paths: 'not allowed: src/1.txt' })
    const dry = await pulls.merge({ ...seen, isDryRun: true })
    expect(dry).toMatchObject({ kind: 'plan' })
    const came = await pulls.merge({ ...seen, isDryRun: false })
    expect(await pulls.merge({ ...seen, isDryRun: false })).toEqual(came)
    const decision = String(came.kind === 'asks' ? came.decision : 0)
    expect(facts.value('decision', decision)).toMatchObject({
      options: ['Merge it', 'Leave it open'],
      default: 'Leave it open',
      reversibility: 'irreversible',
      why: expect.stringMatching(
        /revert.*gate 5\/6.*over it: paths fails: not allowed: src\/1.txt/,
      ),
      url: expect.stringContaining('/pull/1'),
    })
    expect(await decide(came, 'Merge it', AGENT)).toMatchObject({ kind: 'refused' })
    expect(landings()).toBe(0)
    expect(await decide(came)).toMatchObject({
      kind: 'answered',
      came: expect.stringMatching(/^merged as [0-9a-f]{40}/),
    })
    expect(landings()).toBe(1)
    const [outcome] = journal.list({ kinds: ['outcome'] })
    expect(outcome?.data).toMatchObject({
      outcome: 'merged',
      commit: server.git('rev-parse', 'main'),
    })
    expect(journal.list({ kinds: ['intent'] }).at(-1)?.data).toMatchObject({
      decision: Number(decision),
      by: { tty: '/dev/pts/1' },
    })
    expect(await decide(came)).toMatchObject({ kind: 'refused' })
    expect(landings()).toBe(1)
  })

  it('is left on any other answer', async () => {
    const { hub, landings } = await pullPlace()
    const { pulls, see, decide, journal } = hub()
    await decide(await pulls.merge({ ...see(1), isDryRun: false }), 'Leave it open')
    expect([landings(), journal.unsettled('intent')]).toEqual([0, []])
  })

  it.each([
    ['allowlist', 'not listed'],
    ['conflicts', 'conflicts in a.txt'],
    ['checks', 'red: build'],
    ['compaction', 'the flag is missing'],
  ] as const)('[F06] [L07] is refused over %s, whoever asks', async (name, datum) => {
    const { hub, landings } = await pullPlace()
    const { pulls, see, journal } = hub()
    expect(await pulls.merge({ ...see(1, { [name]: datum }), isDryRun: false })).toMatchObject({
      kind: 'refused',
      message: `${name} fails: ${datum}`,
    })
    expect([landings(), journal.unsettled('decision')]).toEqual([0, []])
  })

  it('[F05] is refused while a train holds it, while it is frozen, and while the dock is blind', async () => {
    const { hub } = await pullPlace()
    const { pulls, see, facts } = hub()
    const seen = { ...see(1), isDryRun: false }
    const dock = facts.value('dock', `${REPO}#1`)
    if (!dock) throw new Error('there is no dock fact')
    const value = { ...dock, state: 'testing' as const, blocking: 'train t1 is being tested' }
    facts.put('dock', [{ kind: 'dock', key: `${REPO}#1`, at: 1, value }])
    expect(await pulls.merge(seen)).toMatchObject({
      message: expect.stringMatching(/a train holds it: train t1/),
    })
    facts.put('dock', [{ kind: 'dock', key: `${REPO}#1`, at: 2, value: dock }])
    const source = { since: 0, lookedAt: 0, periodMs: 1, mend: null }
    const blind = { ...source, state: 'unreachable' as const, message: 'no network' }
    facts.put('dock', [{ kind: 'source', key: `dock:${REPO}`, at: 3, value: blind }])
    expect(await pulls.merge(seen)).toMatchObject({
      message: expect.stringMatching(/the dock cannot be seen: no network/),
    })
  })

  it('[L05] without the token that may merge is held, and never done with the other', async () => {
    const { hub, landings } = await pullPlace()
    const { pulls, see, decide } = hub({ hasMergeToken: false })
    const came = await decide(await pulls.merge({ ...see(1), isDryRun: false }))
    expect(came).toMatchObject({ came: 'held: dock.mergeToken is not there' })
    expect(landings()).toBe(0)
  })

  it('whose head moved since it was asked is not done', async () => {
    const { server, hub, landings } = await pullPlace()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    const commit = await server.commit('origin/lane/1', 'More', { 'more.txt': 'x\n' })
    await server.push(`${commit}:refs/heads/lane/1`)
    expect(await decide(asked)).toMatchObject({ came: expect.stringMatching(/look again/) })
    expect(landings()).toBe(0)
  })

  it('[F04] whose checks turned red since it was asked is not done', async () => {
    const { hub, landings } = await pullPlace()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    see(1, { checks: 'red: build' })
    expect(await decide(asked)).toMatchObject({
      came: expect.stringMatching(/not merged: checks fails: red: build/),
    })
    expect(landings()).toBe(0)
  })
})

requirePart('git')('a branch that lands through GitHub’s queue alone', () => {
  it('[F09] gets what was decided by its queue; undo takes it out, though that may look failed', async () => {
    const { server, hub, landings } = await pullPlace({ pulls: 1, rules: { queue: QUEUE } })
    const { pulls, see, decide, undo } = hub()
    const came = await decide(await pulls.merge({ ...see(1), isDryRun: false }))
    expect(came).toMatchObject({ came: expect.stringMatching(/GitHub's queue at place 1/) })
    const message = 'Something went wrong while executing your query.'
    server.server.faults.inject({ kind: 'false-failure', message }, 1, {
      text: 'dequeuePullRequest',
    })
    const undone = await undo({ of: { kind: 'last' }, reason: '', by: BY })
    expect(undone).toMatchObject({ kind: 'done', text: expect.stringMatching(/is not in GitHub/) })
    expect(landings()).toBe(0)
  })

  it('lets a person put one first, and nobody else', async () => {
    const { server, hub } = await pullPlace({ pulls: 2, rules: { queue: QUEUE } })
    const { pulls, see, decide } = hub()
    await decide(await pulls.merge({ ...see(1), isDryRun: false }))
    const second = see(2)
    expect(await pulls.jump(second)).toMatchObject({ kind: 'failed' })
    await decide(await pulls.merge({ ...second, isDryRun: false }))
    expect(await pulls.jump({ ...second, by: AGENT })).toMatchObject({ kind: 'refused' })
    expect(await pulls.jump(second)).toMatchObject({
      kind: 'done',
      text: expect.stringMatching(/is first/),
    })
    for (const _ of [1, 2, 3, 4]) {
      server.pass(10 * 60_000)
      await server.model.refresh()
    }
    expect(server.git('log', '--first-parent', '--reverse', '--format=%s', 'main')).toMatch(
      /Change 2[^]*Change 1/,
    )
  })
})
