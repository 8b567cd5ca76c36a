/** The dock as the hub runs it, over the server: pushes, checks, landings and words are all real. */
import { expect, it, onTestFinished } from 'vitest'
import { lineSubjects, pullTimeline } from '../../../src/hub/dock/pull-look.ts'
import { DockRepo } from '../../../state/config.ts'
import { requirePart } from '../../setup/require-part.ts'
import { dockHub } from './parts/dock-hub.ts'
import { type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'

const jammed = async (plan: DockServerPlan, how: Parameters<typeof dockHub>[1]) => {
  const dock = await dockServer(plan)
  const hub = dockHub(dock, how)
  onTestFinished(async () => {
    hub.close()
    await dock.close()
  })
  return { dock, hub }
}

const REPO = DockRepo.parse({ repo: 'acme/app' })
const QUEUE = { kind: 'queue', name: 'acme/app' } as const
const BY = { user: 'ann', host: 'yard', pid: 1, tty: '/dev/pts/1', parents: [] }

const PLAN: DockServerPlan = {
  pulls: 7,
  bad: new Set([2]),
  lurking: new Set([5]),
  rivals: new Set([3, 6]),
}

/** Many processes of git, each of which waits its turn on a busy machine. */
const LIMIT_MS = 90_000

requirePart('git')('a dock on the practice GitHub', () => {
  it.each([
    ['serial', { batch: 1, depth: 1 }],
    ['in batches of four', { batch: 4, depth: 1 }],
    ['by speculation of three', { batch: 1, depth: 3 }],
  ])(
    '[F04] is drained %s: what is green lands, what is red does not, and it is said why',
    async (_, how) => {
      const { dock, hub } = await jammed(PLAN, { ...how, retries: 0 })
      const openPulls = () =>
        dock.model
          .pulls()
          .filter(({ landed }) => landed === null)
          .map(({ number }) => number)
          .toSorted((a, b) => a - b)
      for (let turn = 0; turn < 60 && openPulls().length > 3; turn += 1) {
        const look = await hub.turn()
        expect(look.message).toBeNull()
        dock.pass(6 * MINUTE)
      }
      await hub.turn()
      const left = openPulls()
      expect(left).toHaveLength(3)
      expect(left).toEqual(expect.arrayContaining([2, 5]))
      for (const commit of dock.git('log', '--first-parent', '--format=%H', 'main').split('\n')) {
        expect(dock.git('ls-tree', '-r', '--name-only', commit)).not.toContain('broken/')
      }
      const arrivals = hub.facts.values('arrival')
      expect(arrivals.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        [1, 2, 3, 4, 5, 6, 7].filter(number => !left.includes(number)),
      )
      expect(arrivals.every(({ isOnBranch, isTested }) => isOnBranch && isTested)).toBe(true)
      const said = (of: number) =>
        dock.model.pulls().flatMap(({ number, comments }) => (number === of ? comments : []))
      expect(said(5).map(({ body }) => body)).toEqual([expect.stringContaining('red: integration')])
      expect(said(2).map(({ body }) => body)).toEqual([
        expect.stringMatching(/^Passed by at .{12}: checks: red: integration; run \d+ is red at/),
      ])
      expect(dock.git('for-each-ref', 'refs/heads/dockmaster')).toBe('')
      expect(hub.facts.value('line', 'acme/app')).toMatchObject({ backend: 'train', trains: [] })
      expect(hub.facts.value('dock', 'acme/app#2')).toMatchObject({
        state: 'held',
        blocking: expect.stringMatching(/^checks: red: integration; run \d+ is red at attempt 1/),
      })
      expect(hub.journal.unsettled('intent')).toEqual([])
    },
    LIMIT_MS,
  )

  it('[C04] a landing that was taken off the branch again has not landed any more', async () => {
    const { dock, hub } = await jammed({ pulls: 1 }, {})
    const before = dock.git('rev-parse', 'main')
    for (let turn = 0; turn < 4; turn += 1) {
      await hub.turn()
      dock.pass(6 * MINUTE)
    }
    const arrival = () => hub.facts.value('arrival', 'acme/app#1')
    expect(arrival()).toMatchObject({ isOnBranch: true, isTested: true })
    dock.git('update-ref', 'refs/heads/main', before)
    await hub.turn()
    expect(arrival()).toMatchObject({ isOnBranch: false })
  })

  it('a landing whose answer is lost is seen to have happened, and not done again', async () => {
    const { dock, hub } = await jammed({ pulls: 1 }, {})
    await hub.turn()
    dock.pass(6 * MINUTE)
    const at = { method: 'POST', path: /git-receive-pack$/ }
    // Of the lock of the line, of the landing, and of the train's branch that goes.
    dock.server.faults.inject({ kind: 'lost-answer' }, 3, at)
    const isLanded = () => dock.model.pulls()[0]?.landed !== null
    for (let turn = 0; turn < 8 && !isLanded(); turn += 1) {
      await hub.turn()
      dock.pass(MINUTE)
    }
    // What failed is tried again after a while.
    dock.pass(6 * MINUTE)
    await hub.turn()
    expect(dock.model.pulls()[0]?.landed?.sha).toBe(dock.git('rev-parse', 'main'))
    expect(dock.git('rev-list', '--count', '--first-parent', 'main')).toBe('2')
    expect((await hub.turn()).message).toBeNull()
  })

  it(
    'a push that races a landing is not lost, and nothing lands untested',
    async () => {
      const { dock, hub } = await jammed({ pulls: 2 }, {})
      await hub.turn()
      dock.pass(6 * MINUTE)
      const theirs = await dock.commit('origin/main', 'Theirs', { 'theirs.txt': 'theirs\n' })
      const act = async () =>
        expect(await dock.push(`${theirs}:refs/heads/main`)).toMatchObject({ code: 0 })
      const at = { method: 'POST', path: /git-receive-pack$/ }
      dock.server.faults.inject({ kind: 'race', act }, 1, at)
      const isDrained = () => dock.model.pulls().every(({ landed }) => landed !== null)
      for (let turn = 0; turn < 20 && !isDrained(); turn += 1) {
        expect((await hub.turn()).message).toBeNull()
        dock.pass(6 * MINUTE)
      }
      expect(isDrained()).toBe(true)
      const landings = dock.git('log', '--first-parent', '--format=%H', 'main').split('\n')
      expect(landings).toContain(theirs)
      for (const commit of landings.slice(0, landings.indexOf(theirs))) {
        expect(dock.model.rollup(commit)).toBe('SUCCESS')
      }
    },
    LIMIT_MS,
  )

  it(
    '[F03] a branch that became protected freezes the line, with GitHub’s reason, until somebody lets it go on',
    async () => {
      const { dock, hub } = await jammed({ pulls: 1 }, {})
      await hub.turn()
      dock.model.rules.requirePull = true
      dock.pass(6 * MINUTE)
      const line = () => hub.facts.value('line', 'acme/app')
      for (let turn = 0; turn < 4 && line()?.frozen === null; turn += 1) await hub.turn()
      expect(line()?.frozen).toMatchObject({
        by: 'dock',
        reason: expect.stringContaining('protected branch hook declined'),
      })
      expect(hub.facts.value('dock', 'acme/app#1')).toMatchObject({ waitsFor: ['a thaw'] })
      await hub.turn()
      expect(dock.git('rev-list', '--count', 'main')).toBe('1')
      dock.model.rules.requirePull = false
      const target = { kind: 'queue', name: 'acme/app' } as const
      hub.pauses.unpause(target, 'it is open again', { author: 'ann@yard' })
      const isLanded = () => dock.model.pulls()[0]?.landed !== null
      for (let turn = 0; turn < 6 && !isLanded(); turn += 1) {
        await hub.turn()
        dock.pass(6 * MINUTE)
      }
      expect(isLanded()).toBe(true)
      expect(line()?.frozen).toBeNull()
    },
    LIMIT_MS,
  )

  it(
    '[F09] what an operator raises lands first, on record, and its undo gives the order back',
    async () => {
      const { dock, hub } = await jammed({ pulls: 3 }, { batch: 1, depth: 1 })
      const raise = (priority: number) =>
        hub.priorities.set({ repo: 'acme/app', number: 3, priority, by: BY })
      hub.pauses.pause(
        { target: QUEUE, reason: 'the order is looked at', until: null, review: null },
        { author: 'ann@yard' },
      )
      const order = async () => {
        await hub.turn()
        return hub.facts
          .values('dock')
          .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
          .map(({ number }) => number)
      }
      expect(await order()).toEqual([1, 2, 3])
      expect(raise(5)).toMatchObject({ kind: 'done', text: 'acme/app#3: priority 5, was 0' })
      expect(raise(5)).toMatchObject({ kind: 'refused' })
      expect(await order()).toEqual([3, 1, 2])
      const [row] = hub.journal.list({ kinds: ['outcome'], subject: 'acme/app#3' })
      expect(row?.data).toMatchObject({ undo: { act: 'dock.priority', number: 3, priority: 0 } })
      hub.pauses.unpause(QUEUE, '', { author: 'ann@yard' })
      const landed = () => dock.model.pulls().flatMap(pull => (pull.landed ? [pull.number] : []))
      for (let turn = 0; turn < 8 && landed().length === 0; turn += 1) {
        await hub.turn()
        dock.pass(6 * MINUTE)
      }
      expect(landed()).toEqual([3])
      const { entries } = pullTimeline(
        hub.journal,
        { repo: 'acme/app', number: 3 },
        lineSubjects([REPO], 'acme/app'),
      )
      expect(entries.map(({ text }) => text)).toEqual(
        expect.arrayContaining([
          'priority 5, was 0',
          'build t1: #3',
          'test t1: #3',
          'land t1: #3',
          expect.stringMatching(/^landed [0-9a-f]{40}/),
        ]),
      )
      expect(entries.filter(({ text }) => /#[12](?!\d)/.test(text))).toEqual([])
    },
    LIMIT_MS,
  )

  it('[B12] a change of docs alone whose issue names an endpoint is marked as surface only', async () => {
    const { dock, hub } = await jammed({ pulls: 0 }, {})
    dock.model.issues.set(40, { title: 'Users are exported', body: 'Add an endpoint for them.' })
    dock.model.issues.set(41, { title: 'Typos', body: 'Two of them.' })
    for (const issue of [40, 41]) {
      const branch = `lane/of-${issue}`
      const files = { [`docs/${issue}.md`]: 'Users.\n' }
      const commit = await dock.commit('origin/main', `Docs of ${issue}`, files)
      await dock.push(`${commit}:refs/heads/${branch}`)
      const body = `Closes #${issue}`
      await dock.model.open({ title: 'Tell of users', author: 'lane', branch, body })
    }
    await hub.turn()
    const marks = (number: number) => hub.facts.value('dock', `acme/app#${number}`)?.marks
    expect(marks(1)).toEqual(['surface-only'])
    expect(marks(2)).toEqual([])
  })

  it('[L08] what would have landed is counted, each head once, also by the next hub', async () => {
    const { dock, hub } = await jammed({ pulls: 3, bad: new Set([2]) }, { lands: false })
    const counted = () => hub.facts.value('line', 'acme/app')?.wouldHaveLanded
    await hub.turn()
    await hub.turn()
    expect(counted()).toBe(2)
    expect(dock.git('rev-list', '--count', 'main')).toBe('1')
    expect(hub.facts.value('dock', 'acme/app#1')).toMatchObject({
      state: 'held',
      blocking: expect.stringContaining('soak: landing by itself is not switched on'),
    })
    hub.close()
    const next = dockHub(dock, { lands: false })
    onTestFinished(next.close)
    await next.turn()
    expect(next.facts.value('line', 'acme/app')?.wouldHaveLanded).toBe(2)
    const subject = 'acme/app@main soak'
    expect(next.journal.list({ subject }).map(({ text }) => text.slice(0, 2))).toEqual(['#1', '#3'])
  })
})
