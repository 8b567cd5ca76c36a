/** The seeds' dock: all but one dirty over shared lists, flakes and true reds. */
import { expect, it } from 'vitest'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { drainSeeds, type LeftPull } from './parts/drain-seeds.ts'

/** Hundreds of looks, each of which runs git many times. */
const LIMIT_MS = 600_000

const RED = new Set([7, 19])

/** What must be said of those that do not land, in the dock and where their authors look. */
const WHY: Record<Exclude<LeftPull['kind'], 'apart'>, { blocking: RegExp; asked: RegExp }> = {
  adds: {
    blocking: /(?:^checks: red: .*|not rebased: )run \d+ is red at attempt 2/,
    asked: /Passed by at .*: checks: red: .*run \d+ is red at attempt 2/,
  },
  clashes: { blocking: /both changed the same lines/, asked: /both changed the same lines/ },
  twin: { blocking: /all that it changes has landed/, asked: /changes the same as #/ },
}

requirePart('git')('the dock of the seeds', () => {
  it.each([
    {
      name: 'all thirty by one runner',
      how: { runners: 1, strategy: { batch: 4, depth: 1, retries: 1 } },
      // Of the rivals over one key the first lands; who clashes with the branch itself does not.
      stays: [5, 7, 12, 14, 18, 19, 22, 26],
      least: { perRun: 0.35, perTime: 0.3 },
    },
    {
      name: 'its first fifteen by five runners',
      how: { count: 15, runners: 5, strategy: { batch: 1, depth: 5, retries: 1 } },
      stays: [5, 7, 12, 14],
      // A serial one lands no more than 0.5: each costs the run of its rebase and that of its train.
      least: { perRun: 0.33, perTime: 0.5 },
    },
    {
      name: 'its first five, with a lane for the one that clashes',
      how: { count: 5, lanes: true, runners: 5, strategy: { batch: 1, depth: 5, retries: 1 } },
      stays: [],
      least: { perRun: 0.25, perTime: 0.25 },
    },
  ])(
    '[P04] [F03] [F04] is drained, $name: no hunk is lost, the branch is green at every commit, every skip is told',
    async ({ how, stays, least }) => {
      const { landed, left, lost, hunks, commits, red, time, runs } = await drainSeeds({
        ...how,
        rebase: 'push',
        red: RED,
        flaky: 0.05,
        dir: scratch(),
      })
      expect(lost).toEqual([])
      expect(hunks).toBeGreaterThan(2 * landed.length)
      expect(red).toEqual([])
      expect(landed.length / (runs.trains + runs.pulls)).toBeGreaterThan(least.perRun)
      expect(landed.length / time).toBeGreaterThan(least.perTime)
      expect(commits).toBeGreaterThan(landed.length / 2)
      expect(landed.filter(({ isRed }) => isRed)).toEqual([])
      expect(left.map(({ number }) => number)).toEqual(stays)
      for (const { number, kind, blocking, told } of left) {
        if (kind === 'apart') throw new Error(`#${number} touches nothing, and has not landed`)
        expect([number, blocking]).toEqual([number, expect.stringMatching(WHY[kind].blocking)])
        expect([number, told.join('\n')]).toEqual([number, expect.stringMatching(WHY[kind].asked)])
      }
    },
    LIMIT_MS,
  )
})
