/** Pull requests whose own run is red: a flake is run once more, and what is truly red costs no more. */
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../../setup/require-part.ts'
import { dockHub } from './parts/dock-hub.ts'
import { type DockServer, type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'

const AGAIN = { method: 'POST', path: /\/rerun-failed-jobs$/ }

const jammed = async (plan: DockServerPlan, how: Parameters<typeof dockHub>[1] = {}) => {
  const dock = await dockServer(plan)
  const hub = dockHub(dock, how, { works: () => [] })
  onTestFinished(async () => {
    hub.close()
    await dock.close()
  })
  /** Looks, each followed by a whole run's time; what they said that was not well. */
  const turns = async (count: number) => {
    const said: string[] = []
    for (let turn = 0; turn < count; turn += 1) {
      const { message } = await hub.turn()
      if (message !== null) said.push(message)
      dock.pass(6 * MINUTE)
    }
    return said
  }
  const blocking = (number: number) => hub.facts.value('dock', `acme/app#${number}`)?.blocking
  const outcomes = () =>
    hub.journal
      .list({ kinds: ['outcome'], subject: 'acme/app@main reruns' })
      .map(({ data }) => data['outcome'])
  return { dock, hub, turns, blocking, outcomes }
}

const open = ({ model }: DockServer) =>
  model.pulls().flatMap(({ number, landed }) => (landed === null ? [number] : []))
const said = ({ model }: DockServer, of: number) =>
  model
    .pulls()
    .flatMap(({ number, comments }) => (number === of ? comments.map(({ body }) => body) : []))
/** Attempts of runs on a branch, the newest first. */
const attempts = ({ model }: DockServer, of: string) =>
  model.ci.runs().flatMap(({ branch, attempt }) => (branch === of ? [attempt] : []))

const LIMIT_MS = 120_000

requirePart('git')('a pull request whose own run is red', () => {
  it(
    '[F04] by chance is run once more, on record, and lands',
    async () => {
      const { dock, hub, turns, outcomes } = await jammed({ pulls: 1, flaked: new Set([1]) })
      expect(await turns(5)).toEqual([])
      expect(open(dock)).toEqual([])
      expect(attempts(dock, 'lane/1')).toEqual([2, 1])
      expect(outcomes()).toEqual(['begun'])
      expect(said(dock, 1)).toEqual([])
      expect(hub.journal.unsettled('intent')).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    '[F04] on its merits is run once more and then held: it is said which run it was',
    async () => {
      const { dock, hub, turns, blocking, outcomes } = await jammed({ pulls: 1, bad: new Set([1]) })
      expect(await turns(1)).toEqual([])
      expect(said(dock, 1)).toEqual([])
      expect(await turns(5)).toEqual([])
      expect(open(dock)).toEqual([1])
      expect(attempts(dock, 'lane/1')).toEqual([2, 1])
      expect(outcomes()).toEqual(['begun'])
      const why =
        /checks: red: integration; run \d+ is red at attempt 2: http\S+\/actions\/runs\/\d+/
      expect(said(dock, 1)).toEqual([expect.stringMatching(why)])
      expect(blocking(1)).toMatch(why)
      expect(hub.journal.unsettled('intent')).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    '[F04] [F03] and that we rebased is not rebased again when its branch moves, until its author pushes',
    async () => {
      const { dock, turns, blocking } = await jammed(
        { pulls: 2, appending: new Set([1, 2]), lurking: new Set([1]) },
        { rebase: 'push' },
      )
      const isSaid = (body: string) => /^Passed by at .*run \d+ is red at attempt 2/.test(body)
      for (let turn = 0; turn < 16 && !said(dock, 1).some(isSaid); turn += 1) {
        expect(await turns(1)).toEqual([])
      }
      const push = async (branch: string, files: Record<string, string>) => {
        await dock.inClone('fetch', '-q', join(dock.dir, 'app.git'), 'main')
        const commit = await dock.commit(dock.git('rev-parse', 'main'), 'Theirs', files)
        expect(await dock.push(`+${commit}:refs/heads/${branch}`)).toMatchObject({ code: 0 })
      }
      await push('main', { 'list.txt': `${dock.git('show', 'main:list.txt')}\nof a person\n` })
      expect(await turns(3)).toEqual([])
      expect(open(dock)).toEqual([1])
      // Its first run, that of its one rebase, and one more try.
      expect(attempts(dock, 'lane/1')).toEqual([2, 1, 1])
      expect(said(dock, 1).filter(isSaid)).toHaveLength(1)
      expect(blocking(1)).toMatch(
        /^conflicts in list.txt; not rebased: run \d+ is red at attempt 2/,
      )
      await push('lane/1', { 'src/1.txt': 'mended\n' })
      expect(await turns(5)).toEqual([])
      expect(open(dock)).toEqual([])
    },
    LIMIT_MS,
  )

  it.each([
    ['is not opted in', { lands: false }],
    ['only looks', { backend: 'look' }],
    ['forgives no red run', { retries: 0 }],
  ] as const)(
    'is not run again where the repository %s',
    async (_, how) => {
      const { dock, turns, outcomes } = await jammed({ pulls: 1, flaked: new Set([1]) }, how)
      expect(await turns(3)).toEqual([])
      expect(attempts(dock, 'lane/1')).toEqual([1])
      expect(outcomes()).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    '[F04] is run again once, though the answer is lost',
    async () => {
      const { dock, hub, turns, outcomes } = await jammed({ pulls: 1, bad: new Set([1]) })
      dock.server.faults.inject({ kind: 'lost-answer' }, 1, AGAIN)
      expect(await turns(5)).toEqual([])
      expect(attempts(dock, 'lane/1')).toEqual([2, 1])
      expect(outcomes()).toEqual(['begun'])
      expect(hub.journal.unsettled('intent')).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    '[F04] and that GitHub will not run again is held, and says so with the mend; what is cut is asked again',
    async () => {
      const { dock, turns, blocking, outcomes } = await jammed({ pulls: 1, flaked: new Set([1]) })
      dock.server.faults.inject({ kind: 'cut' }, 1, AGAIN)
      dock.server.faults.inject({ kind: 'status', status: 403 }, 1, AGAIN)
      expect(await turns(1)).toEqual([
        expect.stringMatching(/run \d+ is not run again yet: no answer/),
      ])
      expect(await turns(3)).toEqual([])
      expect(outcomes()).toEqual(['refused'])
      expect(attempts(dock, 'lane/1')).toEqual([1])
      const why = /run \d+ cannot be run again: GitHub says 403.*let the token write to .*actions/
      expect(blocking(1)).toMatch(why)
      expect(said(dock, 1)).toEqual([expect.stringMatching(why)])
    },
    LIMIT_MS,
  )
})
