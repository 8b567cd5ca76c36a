/** The seeds' dock: thirty open, twenty-nine of them dirty over shared lists, one runner, flakes and true reds. */
import { expect, it } from 'vitest'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { drainSeeds, type LeftPull } from './parts/drain-seeds.ts'

/** Hundreds of looks, each of which runs git many times. */
const LIMIT_MS = 600_000

const RED = new Set([7, 19])

/** What must be said of those that do not land, in the dock and where their authors look. */
const WHY: Record<Exclude<LeftPull['kind'], 'apart'>, { blocking: RegExp; asked: RegExp }> = {
  adds: { blocking: /^checks: red: /, asked: /Passed by at .*: checks: red: / },
  clashes: { blocking: /both changed the same lines/, asked: /both changed the same lines/ },
  twin: { blocking: /all that it changes has landed/, asked: /changes the same as #/ },
}

requirePart('git')('the dock of the seeds', () => {
  it(
    '[P04] [F03] [F04] is drained: no hunk is lost, the branch is green at every commit, every skip is told',
    async () => {
      const { landed, left, lost, hunks, commits, red } = await drainSeeds({
        strategy: { batch: 4, depth: 1, retries: 1 },
        rebase: 'push',
        runners: 1,
        red: RED,
        flaky: 0.05,
        dir: scratch(),
      })
      expect(lost).toEqual([])
      expect(hunks).toBeGreaterThan(50)
      expect(red).toEqual([])
      expect(commits).toBeGreaterThan(15)
      expect(landed.filter(({ isRed }) => isRed)).toEqual([])
      // Of the rivals over one key the first lands; who clashes with the branch itself does not.
      const clashes = [5, 14, 18, 22]
      const twins = [12, 26]
      expect(left.map(({ number }) => number)).toEqual(
        [...RED, ...clashes, ...twins].toSorted((a, b) => a - b),
      )
      for (const { number, kind, blocking, told } of left) {
        if (kind === 'apart') throw new Error(`#${number} touches nothing, and has not landed`)
        expect([number, blocking]).toEqual([number, expect.stringMatching(WHY[kind].blocking)])
        expect([number, told.join('\n')]).toEqual([number, expect.stringMatching(WHY[kind].asked)])
      }
    },
    LIMIT_MS,
  )
})
