/** A person's acts on pull requests against a real server: done once, or not at all, wherever they are cut. */
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { githubActs } from '../../adapters/github/acts.ts'
import { newWritePace } from '../../adapters/github/write-pace.ts'
import { answerDecision } from '../../src/hub/answer-decision.ts'
import { newPullActs } from '../../src/hub/dock/pull-acts.ts'
import { openPullIntents } from '../../src/hub/dock/pull-journal.ts'
import { TokenFault } from '../../src/hub/dock/pull-steps.ts'
import { newFactStore } from '../../src/hub/fact-store.ts'
import { settleLostIntents } from '../../src/hub/journal-runs.ts'
import { journalWorld } from '../../src/hub/journal-world.ts'
import { performer } from '../../src/hub/perform.ts'
import { newUndo } from '../../src/hub/undo.ts'
import type { Fault } from '../../src/practice/github/faults.ts'
import type { Done } from '../../src/rpc/act-api.ts'
import { UnattendedAct } from '../../state/answers-config.ts'
import { DockRepo } from '../../state/config.ts'
import type { Signal } from '../../state/dock.ts'
import { openJournal } from '../../state/journal/journal.ts'
import {
  type DockServerPlan,
  dockServer,
  TOKEN,
} from '../real/practice-github/parts/dock-server.ts'
import { NO_DOCK } from '../setup/no-dock.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'

const BY = { user: 'robin', host: 'yard', pid: 9, tty: '/dev/pts/1', parents: ['dockmaster'] }
const AGENT = { ...BY, tty: null }
const REPO = 'acme/app'
const REVIEWER = 'ghp_reviewer000000000000000000000000001'
const tokens = [{ token: REVIEWER, login: 'odile', role: 'review' }] as const
const QUEUE = { method: 'merge', maxEntriesToBuild: 3, maxEntriesToMerge: 3 } as const
const NAMES = ['allowlist', 'conflicts', 'checks', 'review', 'paths', 'compaction'] as const

async function place(plan: DockServerPlan = { pulls: 1 }) {
  const server = await dockServer({ tokens, ...plan })
  onTestFinished(() => server.close())
  const path = join(scratch(), 'journal.db')
  const head = (number: number) => server.git('rev-parse', `refs/pull/${number}/head`)
  const wait = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, Math.min(ms, 10)))
  const landings = () =>
    server.git('log', '--first-parent', '--format=%s', 'main').split('\n').length - 1

  const hub = ({ hasMergeToken = true } = {}) => {
    const journal = openJournal(path)
    onTestFinished(() => journal.close())
    settleLostIntents(journal, Date.now())
    const facts = newFactStore('here')
    journalWorld(facts, journal, Date.now)
    const pulls = newPullActs({
      repos: [DockRepo.parse({ repo: REPO, backend: 'train' })],
      facts,
      journal,
      frozen: () => null,
      acts: async (_, purpose) => {
        if (purpose === 'merge' && !hasMergeToken) {
          throw new TokenFault('held: dock.mergeToken is not there')
        }
        const token = purpose === 'merge' ? TOKEN : REVIEWER
        const now = () => server.clock.now
        const client = server.clientWith(token)
        return githubActs({ client, token, pace: newWritePace({ now, wait }), now, wait })
      },
      wait,
      now: Date.now,
    })
    onTestFinished(() => pulls.stop())
    const undo = newUndo(
      journal,
      performer({} as Parameters<typeof performer>[0], {} as Parameters<typeof performer>[1], {
        ...NO_DOCK,
        pulls,
      }),
    )
    const see = (number: number, signals: Partial<Record<Signal['name'], string>> = {}) => {
      const key = `${REPO}#${number}`
      const at = Date.now()
      const sha = head(number)
      const told = server.model.pulls().find(pull => pull.number === number)
      facts.put('github', [
        {
          kind: 'pr',
          key,
          at,
          value: {
            repo: REPO,
            number,
            title: told?.title ?? '',
            author: 'lane',
            branch: `lane/${number}`,
            base: 'main',
            headSha: sha,
            url: `https://github.test/${REPO}/pull/${number}`,
            isDraft: false,
            mergeState: 'CLEAN',
            checks: 'passing',
            checksDone: 5,
            checksTotal: 5,
            reviewDecision: null,
            additions: 12,
            deletions: 3,
            changedFiles: 2,
            createdAt: at,
            updatedAt: at,
            mergeStateSince: at,
            queuePosition: null,
          },
        },
        {
          kind: 'dock',
          key,
          at,
          value: {
            repo: REPO,
            number,
            head: sha,
            state: 'waiting',
            position: 1,
            placedAt: null,
            priority: 0,
            engine: null,
            reviewers: [],
            blocking: null,
            waitsFor: [],
            etaMs: null,
            behind: 0,
            baseMoves: 0,
            dirtyPaths: [],
            dirtySince: null,
            conflictsWith: [],
            duplicateOf: null,
            marks: [],
            lanes: [],
            signals: NAMES.map(name => ({
              name,
              verdict: signals[name] === undefined ? ('pass' as const) : ('fail' as const),
              datum: signals[name] ?? 'well',
            })),
          },
        },
      ])
      return { repo: REPO, number, head: sha, by: BY }
    }
    const decide = async (came: Done, answer = 'Merge it', by: typeof BY | typeof AGENT = BY) => {
      const decision = came.kind === 'asks' ? came.decision : 0
      const { leftovers } = NO_DOCK
      const parts = {
        facts,
        journal,
        lanes: NO_DOCK.pulls as never,
        pulls,
        leftovers,
        // All that a profile can name: none of it is a merge.
        unattended: UnattendedAct.options,
        now: Date.now,
      }
      return await answerDecision(parts, { decision, answer, reason: '', by })
    }
    const outcomes = () => journal.list({ kinds: ['outcome'] }).map(({ data }) => data['outcome'])
    return { journal, facts, pulls, undo, see, decide, outcomes }
  }
  return { server, hub, head, landings }
}

requirePart('git')('a review by a person', () => {
  it('[N02] approves the head that was seen, with the token of reviews; undo dismisses it', async () => {
    const { server, hub } = await place()
    const { pulls, see, undo, journal } = hub()
    const came = await pulls.approve(see(1))
    expect(came).toMatchObject({ kind: 'done', text: expect.stringMatching(/#1: approved at/) })
    const [review] = server.model.pulls()[0]?.reviews ?? []
    expect(review).toMatchObject({ by: 'odile', state: 'APPROVED' })
    expect(journal.list({ kinds: ['intent'] }).at(-1)?.data).toMatchObject({ by: BY })
    const undone = await undo({ of: { kind: 'last' }, reason: '', by: BY })
    expect(undone).toMatchObject({ kind: 'done', text: expect.stringMatching(/dismissed/) })
    expect(review?.state).toBe('DISMISSED')
  })

  it('[N02] rejects with a reason, and takes that back too', async () => {
    const { server, hub } = await place()
    const { pulls, see, undo } = hub()
    await pulls.reject({ ...see(1), reason: 'It drops a file.' })
    const [review] = server.model.pulls()[0]?.reviews ?? []
    expect(review).toMatchObject({ state: 'CHANGES_REQUESTED' })
    expect(review?.body).toContain('It drops a file.')
    await undo({ of: { kind: 'last' }, reason: '', by: BY })
    expect(review?.state).toBe('DISMISSED')
  })

  it('[O10] is refused to a process, and at a head that nobody looked at', async () => {
    const { server, hub } = await place()
    const { pulls, see, journal } = hub()
    const seen = see(1)
    expect(await pulls.approve({ ...seen, by: AGENT })).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/a person at a terminal/),
    })
    expect(await pulls.approve({ ...seen, head: '0'.repeat(40) })).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/look again/),
    })
    const commit = await server.commit('origin/lane/1', 'More', { 'more.txt': 'x\n' })
    await server.push(`${commit}:refs/heads/lane/1`)
    expect(await pulls.approve(seen)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/look again/),
    })
    expect(server.model.pulls()[0]?.reviews).toEqual([])
    expect(journal.unsettled('intent')).toEqual([])
  })

  it('of their own work is GitHub’s to refuse, and told with its mend', async () => {
    const { server, hub } = await place()
    const own = await server.model.open({ title: 'Own', author: 'odile', branch: 'lane/1' })
    const { pulls, see } = hub()
    expect(await pulls.approve(see(own.number))).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/422.*your own pull request.*somebody else/),
    })
  })

  it.each([
    ['lost', { kind: 'lost-answer' }, 1, 'approved'],
    ['cut', { kind: 'cut' }, 0, 'undone'],
  ] as const)(
    '[O01] whose answer is %s is looked for by the next hub',
    async (_, fault, count, end) => {
      const { server, hub } = await place()
      const first = hub()
      server.server.faults.inject(fault, 1, { method: 'POST', path: /reviews$/ })
      // And the look after it fails too, as it does when a hub dies there.
      server.server.faults.inject({ kind: 'cut' }, 1, { method: 'GET', path: /reviews$/ })
      expect(await first.pulls.approve(first.see(1))).toMatchObject({ kind: 'unknown' })
      first.journal.close()
      const next = hub()
      expect(openPullIntents(next.journal)).toHaveLength(1)
      expect(await next.pulls.settle()).toBeNull()
      expect(next.outcomes()).toEqual([end])
      expect(server.model.pulls()[0]?.reviews).toHaveLength(count)
    },
  )
})

requirePart('git')('a merge', () => {
  it('[M03] [O10] is a question first, which a person answers at a terminal, once', async () => {
    const { server, hub, landings } = await place()
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
    const { hub, landings } = await place()
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
    const { hub, landings } = await place()
    const { pulls, see, journal } = hub()
    expect(await pulls.merge({ ...see(1, { [name]: datum }), isDryRun: false })).toMatchObject({
      kind: 'refused',
      message: `${name} fails: ${datum}`,
    })
    expect([landings(), journal.unsettled('decision')]).toEqual([0, []])
  })

  it('[F05] is refused while a train holds it, while it is frozen, and while the dock is blind', async () => {
    const { hub } = await place()
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
    const { hub, landings } = await place()
    const { pulls, see, decide } = hub({ hasMergeToken: false })
    const came = await decide(await pulls.merge({ ...see(1), isDryRun: false }))
    expect(came).toMatchObject({ came: 'held: dock.mergeToken is not there' })
    expect(landings()).toBe(0)
  })

  it('whose head moved since it was asked is not done', async () => {
    const { server, hub, landings } = await place()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    const commit = await server.commit('origin/lane/1', 'More', { 'more.txt': 'x\n' })
    await server.push(`${commit}:refs/heads/lane/1`)
    expect(await decide(asked)).toMatchObject({ came: expect.stringMatching(/look again/) })
    expect(landings()).toBe(0)
  })

  it('[F04] whose checks turned red since it was asked is not done', async () => {
    const { hub, landings } = await place()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    see(1, { checks: 'red: build' })
    expect(await decide(asked)).toMatchObject({
      came: expect.stringMatching(/not merged: checks fails: red: build/),
    })
    expect(landings()).toBe(0)
  })

  describe.each([
    ['cut before its effect', { kind: 'cut' }],
    ['cut after it', { kind: 'lost-answer' }],
    ['failed by a gateway', { kind: 'status', status: 502 }],
    ['limited', { kind: 'status', status: 429, retryAfter: 1 }],
    ['said to have failed, and done', { kind: 'status', status: 500 }],
  ] as const satisfies readonly (readonly [string, Fault])[])(
    '[O01] once decided, %s',
    (_, fault) => {
      it.each([['the next hub'], ['the same hub']])('is done once by %s', async which => {
        const { server, hub, landings } = await place()
        const first = hub()
        const asked = await first.pulls.merge({ ...first.see(1), isDryRun: false })
        server.server.faults.inject(fault, 1, { method: 'PUT', path: /merge-async$/ })
        const answered = await first.decide(asked)
        const came = answered.kind === 'answered' ? (answered.came ?? '') : ''
        if (/not done yet/.test(came)) expect(openPullIntents(first.journal)).toHaveLength(1)
        server.pass(60_000)
        const next = which === 'the next hub' ? (first.journal.close(), hub()) : first
        if (which === 'the next hub' && openPullIntents(next.journal).length > 0) {
          // It waits until the dock has looked, unless the merge is there already.
          if (landings() === 0) {
            expect(await next.pulls.settle()).toMatchObject({
              message: expect.stringMatching(/no such open pull request is known/),
            })
            next.see(1)
          }
        }
        expect(await next.pulls.settle()).toBeNull()
        expect(landings()).toBe(1)
        expect(next.outcomes()).toEqual(['merged'])
        expect(await next.pulls.settle()).toBeNull()
        expect(landings()).toBe(1)
      })
    },
  )

  it.each([
    [403, /403.*let the token write/],
    [405, /405.*see on its page what holds it/],
    [422, /422.*see what GitHub says/],
  ])(
    '[O01] that GitHub answers with %d is not done, and told with its mend',
    async (status, told) => {
      const { server, hub, landings } = await place()
      const { pulls, see, decide, journal } = hub()
      const asked = await pulls.merge({ ...see(1), isDryRun: false })
      server.server.faults.inject({ kind: 'status', status }, 1, {
        method: 'PUT',
        path: /merge-async$/,
      })
      expect(await decide(asked)).toMatchObject({ came: expect.stringMatching(told) })
      expect(landings()).toBe(0)
      expect(journal.unsettled('intent')).toEqual([])
    },
  )

  it('[O01] that another merge is in the way of is done once it can be', async () => {
    const { server, hub, landings } = await place()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    const at = { method: 'PUT', path: /merge-async$/ }
    server.server.faults.inject({ kind: 'status', status: 409 }, 1, at)
    expect(await decide(asked)).toMatchObject({
      came: expect.stringMatching(/not done yet: .* another merge of it is under way/),
    })
    expect(landings()).toBe(0)
    expect(await pulls.settle()).toBeNull()
    expect(landings()).toBe(1)
  })

  it('[O01] that somebody else did meanwhile is told, with who', async () => {
    const { server, hub, landings } = await place()
    const { pulls, see, decide } = hub()
    const asked = await pulls.merge({ ...see(1), isDryRun: false })
    await server.model.land(1, 'harbour')
    expect(await decide(asked)).toMatchObject({
      came: expect.stringMatching(/merged as .* by harbour/),
    })
    expect(landings()).toBe(1)
  })
})

requirePart('git')('a branch that lands through GitHub’s queue alone', () => {
  it('[F09] gets what was decided by its queue; undo takes it out, though that may look failed', async () => {
    const { server, hub, landings } = await place({ pulls: 1, rules: { queue: QUEUE } })
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
    const { server, hub } = await place({ pulls: 2, rules: { queue: QUEUE } })
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
