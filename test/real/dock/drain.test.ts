/** The line over real git: what lands is what was tested, and main is green at every commit. */
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { gitWorld } from '../../../src/hub/dock/git-world.ts'
import { subjectOf } from '../../../src/hub/dock/line-journal.ts'
import { newLineRunner } from '../../../src/hub/dock/line-runner.ts'
import { branchTests } from '../../../src/hub/dock/train-tests.ts'
import { seeded } from '../../../src/practice/random.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { requirePart } from '../../setup/require-part.ts'
import { newDock } from './parts/factory.ts'

/** Hundreds of processes of git, each of which waits its turn on a busy machine. */
const LIMIT_MS = 120_000

requirePart('git')('a dock of twelve', () => {
  it.each([
    ['serial', { batch: 1, depth: 1, retries: 1 }],
    ['in batches of four', { batch: 4, depth: 1, retries: 1 }],
    ['by speculation of three', { batch: 1, depth: 3, retries: 1 }],
  ])(
    '[F03] [F04] is drained %s: nothing red lands, nothing is lost',
    async (_, strategy) => {
      const random = seeded(11)
      const bad = new Set([3, 8])
      const dock = await newDock({ pulls: 12, bad, flake: () => random.chance(0.1) })
      const journal = openJournal(join(dock.dir, 'journal.db'))
      onTestFinished(() => journal.close())
      const world = gitWorld({
        mirror: dock.mirror,
        base: 'main',
        author: { name: 'Dock', email: 'dock@factory.test' },
        titles: () => new Map(),
        tests: branchTests({
          mirror: dock.mirror,
          base: 'main',
          verdict: (_train, commit) => dock.verdict(commit),
        }),
        tellEjected: async ({ pr }, why) => {
          dock.comments.push(`#${pr} ${why}`)
          return null
        },
      })
      const runner = newLineRunner({
        journal,
        subject: subjectOf('acme/app', 'main'),
        strategy,
        world,
        now: () => 1_700_000_000_000 + dock.time,
      })
      for (let turn = 0; turn < 80; turn += 1) {
        await runner.tick(await dock.seen())
        expect(runner.trouble).toBeNull()
        dock.begin()
        if (runner.line.trains.length === 0 && runner.line.waiting.length === 0 && turn > 0) break
        dock.tick()
      }
      const everAdded = dock.git('log', '--first-parent', '-m', '--format=', '--name-only', 'main')
      expect(everAdded).toContain('src/1.txt')
      expect(everAdded).not.toMatch(/src\/(3|8)\.txt/)
      const landed = dock.git('ls-tree', '-r', '--name-only', 'main', 'src/').split('\n')
      const ejected = runner.line.ejected.map(({ car }) => `src/${car.pr}.txt`)
      expect([...landed, ...ejected].length).toBe(12)
      expect(ejected).toEqual(expect.arrayContaining(['src/3.txt', 'src/8.txt']))
      expect(new Set(dock.comments)).toEqual(
        new Set(runner.line.ejected.map(({ car, why }) => `#${car.pr} ${why}`)),
      )
      expect(journal.unsettled('intent')).toEqual([])
      expect(dock.git('for-each-ref', 'refs/heads/dockmaster')).toBe('')
    },
    LIMIT_MS,
  )
})
