/** A lane's worktree with work in it goes on a person's word alone, once, wherever it is cut. */
import { existsSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answerDecision } from '../../src/hub/answer-decision.ts'
import { newFactStore } from '../../src/hub/fact-store.ts'
import { journalWorld } from '../../src/hub/journal-world.ts'
import { newLaneActs } from '../../src/hub/lane-acts.ts'
import { openLaneIntents } from '../../src/hub/lane-journal.ts'
import { newPauses } from '../../src/hub/pauses.ts'
import { performer } from '../../src/hub/perform.ts'
import { newUndo } from '../../src/hub/undo.ts'
import { runner } from '../../src/probe/runner/runner.ts'
import { trees } from '../../src/probe/trees.ts'
import { RpcGone } from '../../src/rpc/peer.ts'
import type { ProbeMethod } from '../../src/rpc/probe-api.ts'
import { openJournal } from '../../state/journal/journal.ts'
import { eventually } from '../setup/eventually.ts'
import { withoutBoxes } from '../setup/no-boxes.ts'
import { NO_DOCK } from '../setup/no-dock.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { BRIEF, launchPlace } from './parts/launch-place.ts'

const BY = {
  user: 'robin',
  host: 'yard',
  pid: 9,
  tty: '/dev/pts/1',
  parents: ['dockmaster answer'],
}
const WISH = {
  brief: BRIEF,
  name: 'cut',
  repo: null,
  engine: 'codex' as const,
  model: null,
  isDryRun: false,
  label: 'test',
}

/** A host that is this machine, with a lane that did `work` in its worktree and ended. */
async function place(work: string) {
  const dir = scratch()
  const { at, git, launch } = launchPlace(
    dir,
    `#!/bin/sh\necho '{"type":"turn.started"}'\n${work}\n`,
  )
  git('app', 'config', 'user.name', 'Lane')
  git('app', 'config', 'user.email', 'lane@factory.test')

  const hub = (cut: { method: ProbeMethod | null; when: 'before' | 'after' }) => {
    const journal = openJournal(at('journal.db'))
    onTestFinished(() => journal.close())
    const facts = newFactStore('here')
    journalWorld(facts, journal, Date.now)
    const pauses = newPauses({ facts, journal, now: Date.now })
    onTestFinished(() => pauses.stop())
    const answers = { ...runner, ...trees }
    const asked = async (method: ProbeMethod, params: never) => {
      const isHere = cut.method === method
      if (isHere && cut.when === 'before') throw new RpcGone('cut')
      const answer = await answers[method as keyof typeof answers](params)
      if (isHere) throw new RpcGone('cut')
      return answer
    }
    const ask = asked as Parameters<typeof newLaneActs>[0]['ask']
    const lanes = newLaneActs({
      profile: 'here',
      launch,
      models: { allowed: [], banned: [] },
      journal,
      ask,
      ...withoutBoxes(ask),
      now: Date.now,
      lanes: () => [],
      pauses: pauses.inForce,
      unlocked: async () => [],
      accountOf: ({ engine }) => engine,
      barrier: async () => null,
    })
    const undo = newUndo(journal, performer(lanes, pauses, NO_DOCK))
    const answer = (decision: number, option: string) =>
      answerDecision(
        { facts, journal, lanes, ...NO_DOCK, unattended: [], now: Date.now },
        { decision, answer: option, reason: 'seen', by: BY },
      )
    const outcomes = () => journal.list({ kinds: ['outcome'] }).map(({ data }) => data['outcome'])
    return { journal, facts, lanes, undo, answer, outcomes }
  }
  const no = { method: null, when: 'before' as const }
  const first = hub(no)
  await first.lanes.launch(WISH)
  const isOver = async () => {
    const seen = await runner['lane.look']({ logs: at('logs'), stem: 'cut', ticket: null })
    return seen.state === 'ended'
  }
  await eventually('the lane has ended', isOver)
  first.journal.close()
  const isThere = () => existsSync(at('trees/cut'))
  const branches = () => git('app', 'branch', '--list', '--format=%(refname:short)', 'lane/*')
  return { at, git, hub, no, isThere, branches }
}

const COMMITS = 'echo x > made.txt; git add -A; git commit -qm "what it made"'

requirePart('git')('what an ended lane made', () => {
  it('[B14] [N07] goes at once when nothing would be lost, and comes back by undo', async () => {
    const { git, hub, no, isThere, branches } = await place(`${COMMITS}; git push -q origin HEAD`)
    const { lanes, undo, journal } = hub(no)
    const head = git('app', 'rev-parse', 'lane/cut')
    const asked = { lane: 'cut', isDryRun: false, by: BY }
    expect(await lanes.discard({ ...asked, isDryRun: true })).toMatchObject({
      kind: 'plan',
      text: expect.stringMatching(/nothing would be lost/),
    })
    expect(isThere()).toBe(true)
    expect(await lanes.discard(asked)).toMatchObject({ kind: 'done' })
    expect([isThere(), branches()]).toEqual([false, ''])
    expect(journal.unsettled('decision')).toEqual([])

    const undone = await undo({ of: { kind: 'subject', subject: 'cut' }, reason: '', by: BY })
    expect(undone).toMatchObject({ kind: 'done' })
    expect([isThere(), git('app', 'rev-parse', 'lane/cut')]).toEqual([true, head])
    const intent = journal.list({ kinds: ['intent'] }).at(-1)
    const removed = journal.list({ kinds: ['outcome'] }).at(-2)
    expect(intent?.data).toMatchObject({ act: 'lane.restore', undoes: removed?.seq })
    expect(
      await undo({ of: { kind: 'entry', seq: removed?.seq ?? 0 }, reason: '', by: BY }),
    ).toMatchObject({ kind: 'refused', message: expect.stringMatching(/undone already/) })
  })

  it.each([
    ['a commit that is nowhere else', COMMITS, /1 commit on no other branch \(.*what it made/],
    [
      'a repository within it, into which nobody looks',
      'git -c protocol.file.allow=always submodule --quiet add "$PWD/../../seed" part; git commit -qm part; git push -q origin HEAD',
      /1 changed file in no commit \(part\)/,
    ],
    ['a file in no commit', 'echo x > made.txt', /1 changed file in no commit \(made.txt\)/],
  ])(
    '[B14] [M03] asks a person over %s, and keeps it on any other answer',
    async (_, work, loss) => {
      const { hub, no, isThere, branches } = await place(work)
      const { lanes, facts, answer, journal } = hub(no)
      const asked = { lane: 'cut', isDryRun: false, by: BY }
      const came = await lanes.discard(asked)
      expect(came).toMatchObject({ kind: 'asks', text: expect.stringMatching(loss) })
      expect(await lanes.discard(asked)).toEqual(came)
      const decision = came.kind === 'asks' ? came.decision : 0
      await eventually('the decision is a fact', () => facts.value('decision', String(decision)))
      expect(facts.value('decision', String(decision))).toMatchObject({
        options: ['Discard it', 'Keep it'],
        default: 'Keep it',
        reversibility: 'irreversible',
        why: expect.stringMatching(loss),
        deadline: expect.any(Number),
      })
      expect(await answer(decision, 'Keep it')).toMatchObject({ kind: 'answered', came: null })
      expect([isThere(), branches()]).toEqual([true, 'lane/cut'])
      expect(journal.unsettled('intent')).toEqual([])
    },
  )

  describe.each([
    ['tree.look', 'before'],
    ['tree.remove', 'before'],
    ['tree.remove', 'after'],
  ] as const)('[B14] once decided, cut at %s, %s its effect', (method, when) => {
    it.each([['the next hub'], ['the same hub']])('is done once by %s', async which => {
      const { hub, isThere, branches } = await place(COMMITS)
      const cut: { method: ProbeMethod | null; when: 'before' | 'after' } = { method: null, when }
      const first = hub(cut)
      const came = await first.lanes.discard({ lane: 'cut', isDryRun: false, by: BY })
      const decision = came.kind === 'asks' ? came.decision : 0
      await eventually('it is asked', () => first.facts.value('decision', String(decision)))
      cut.method = method
      expect(await first.answer(decision, 'Discard it')).toMatchObject({
        came: expect.stringMatching(/not done yet/),
      })
      expect(openLaneIntents(first.journal)).toHaveLength(1)
      cut.method = null
      if (which === 'the next hub') first.journal.close()
      const next = which === 'the next hub' ? hub(cut) : first
      next.lanes.hostIsThere()
      await eventually('it was done', () => openLaneIntents(next.journal).length === 0)
      expect([isThere(), branches()]).toEqual([false, ''])
      expect(next.outcomes().filter(word => word === 'discarded')).toHaveLength(1)
      expect(await next.answer(decision, 'Discard it')).toMatchObject({ kind: 'refused' })
      expect(next.outcomes().filter(word => word === 'discarded')).toHaveLength(1)
    })
  })

  it('[B14] is kept when it changed since it was asked about', async () => {
    const { at, hub, no, isThere } = await place(COMMITS)
    const { lanes, facts, answer, outcomes } = hub(no)
    const came = await lanes.discard({ lane: 'cut', isDryRun: false, by: BY })
    const decision = came.kind === 'asks' ? came.decision : 0
    await eventually('it is asked', () => facts.value('decision', String(decision)))
    writeFileSync(at('trees/cut/later.txt'), 'new')
    expect(await answer(decision, 'Discard it')).toMatchObject({
      came: expect.stringMatching(/changed since it was looked at/),
    })
    expect([isThere(), outcomes().at(-1)]).toEqual([true, 'failed'])
  })
})
