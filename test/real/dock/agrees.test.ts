/** The dock beside its simulation: the same pull requests, the same chances, the same figures. */
import { expect, it } from 'vitest'
import { seeded } from '../../../src/practice/random.ts'
import { requirePart } from '../../setup/require-part.ts'
import { scratch } from '../../setup/scratch.ts'
import { drain } from '../../unit/queue/parts/drain.ts'
import { drainDock } from './parts/drain-dock.ts'

const COUNT = 9
/** Many processes of git, each of which waits its turn on a busy machine. */
const LIMIT_MS = 120_000

requirePart('git')('a drain over real git', () => {
  it.each([
    ['in batches of four', { batch: 4, depth: 1, retries: 1 }],
    ['by speculation of three', { batch: 1, depth: 3, retries: 1 }],
  ])(
    '[P04] %s takes the runs and the time that its simulation says',
    async (_, strategy) => {
      const chances = () => {
        const random = seeded(5)
        return { count: COUNT, bad: new Set([2]), strategy, flake: () => random.chance(0.2) }
      }
      const simulated = drain(chances())
      expect(await drainDock({ ...chances(), dir: scratch() })).toEqual({
        time: simulated.time,
        runs: simulated.runs,
        landed: simulated.landed.length,
      })
    },
    LIMIT_MS,
  )
})
