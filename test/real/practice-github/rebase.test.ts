/** Dirty pull requests on the practice GitHub: what is rebased, what is pushed, and what is left alone. */
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../../setup/require-part.ts'
import { dockHub } from './parts/dock-hub.ts'
import { type DockServer, type DockServerPlan, dockServer, MINUTE } from './parts/dock-server.ts'
import { launched, type Wish } from './parts/launched.ts'

const rotten = async (
  plan: DockServerPlan,
  how: Parameters<typeof dockHub>[1] = {},
  lane: (dock: DockServer, wish: Wish) => Promise<void> = async () => undefined,
) => {
  const dock = await dockServer(plan)
  const launch = async (wish: Wish) => {
    await lane(dock, wish)
    return launched(wish)
  }
  const hub = dockHub(dock, { rebase: 'push', ...how }, { works: () => [], launch })
  onTestFinished(async () => {
    hub.close()
    await dock.close()
  })
  const open = () =>
    dock.model
      .pulls()
      .filter(({ landed }) => landed === null)
      .map(({ number }) => number)
      .toSorted((a, b) => a - b)
  return { dock, hub, open }
}

const LIMIT_MS = 120_000

requirePart('git')('a dirty pull request', () => {
  it(
    '[F03] is brought onto the branch, keeps what it added, and lands; the jam of appends drains',
    async () => {
      const appending = new Set([1, 2, 3, 4])
      const { dock, hub, open } = await rotten({ pulls: 4, appending })
      for (let turn = 0; turn < 60 && open().length > 0; turn += 1) {
        expect((await hub.turn()).message).toBeNull()
        dock.pass(6 * MINUTE)
      }
      expect(open()).toEqual([])
      const list = dock.git('show', 'main:list.txt').split('\n')
      expect(list[0]).toBe('the list')
      expect(list.slice(1).toSorted()).toEqual(['entry 1', 'entry 2', 'entry 3', 'entry 4'])
      for (const commit of dock.git('log', '--first-parent', '--format=%H', 'main').split('\n')) {
        expect(dock.git('show', `${commit}:list.txt`)).not.toMatch(/[<>=|]{7}/)
      }
      const told = dock.model.pulls().flatMap(({ comments }) => comments.map(({ body }) => body))
      expect(told).toHaveLength(3)
      expect(told[0]).toContain('both sides kept in list.txt')
      expect(hub.journal.unsettled('intent')).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    '[F03] whose very lines were changed on the branch is left as it is, and says where',
    async () => {
      const { dock, hub, open } = await rotten({ pulls: 2, rivals: new Set([1, 2]) })
      for (let turn = 0; turn < 12; turn += 1) {
        expect((await hub.turn()).message).toBeNull()
        dock.pass(6 * MINUTE)
      }
      const [left = 0] = open()
      expect(open()).toHaveLength(1)
      const fact = hub.facts.value('dock', `acme/app#${left}`)
      expect(fact?.state).toBe('dirty')
      expect(fact?.blocking).toContain('shared.txt: both changed the same lines')
      expect(dock.git('rev-parse', `lane/${left}`)).toBe(fact?.head)
    },
    LIMIT_MS,
  )

  it(
    '[F03] that no rule rebases is given to a lane; what it pushed is compared, and lands once whole',
    async () => {
      const given: string[] = []
      const pushed: string[] = []
      const { dock, hub, open } = await rotten(
        { pulls: 2, rivals: new Set([1, 2]) },
        { rebaseLane: { engine: 'codex' } },
        async (_, { name }) => void given.push(name),
      )
      /** As the lane would, from the branch's tip. */
      const push = async (left: number, shared: string) => {
        await dock.inClone('fetch', '-q', join(dock.dir, 'app.git'), 'main')
        const tip = dock.git('rev-parse', 'main')
        const files = { 'shared.txt': shared, [`src/${left}.txt`]: `change ${left}\n` }
        const commit = await dock.commit(tip, `Change ${left}`, files)
        const came = await dock.push(`+${commit}:refs/heads/lane/${left}`)
        expect(came.code).toBe(0)
        pushed.push(commit)
      }
      let isHeld = false
      for (let turn = 0; turn < 40 && open().length > 0; turn += 1) {
        expect((await hub.turn()).message).toBeNull()
        dock.pass(6 * MINUTE)
        const [left = 0] = open()
        const fact = hub.facts.value('dock', `acme/app#${left}`)
        isHeld ||= fact?.state === 'held' && (fact.blocking ?? '').includes('is not whole')
        if (given.length > 0 && pushed.length === 0) {
          await push(left, 'of nobody\n')
        } else if (isHeld && pushed.length === 1) {
          await push(left, `${dock.git('show', 'main:shared.txt')}\n${left}\n`)
        }
      }
      expect(open()).toEqual([])
      expect(isHeld).toBe(true)
      expect(given).toHaveLength(1)
      expect(dock.git('show', 'main:shared.txt').split('\n').toSorted()).toEqual(['1', '2'])
      expect(dock.git('rev-list', 'main').split('\n')).not.toContain(pushed[0])
    },
    LIMIT_MS,
  )
})
