/**
 * Acts on lanes, struck at seeded points: the hub, its client, the probe, the link or the lane dies
 * around every entry, message and step on the host. Afterwards the world is asked: nothing was done
 * twice, nothing is lost, every intent has its one outcome.
 *
 * All of it is real but the hub's death: journal files, git, the probe's processes (killed, or cut
 * off, while they stand at a step), the agent's processes, the client's socket. The hub's acts run
 * in this process and stop where they stood; kill-programs.test.ts kills hubs that are processes.
 */
import { availableParallelism } from 'node:os'
import { it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { newFactory } from './parts/kill/factory.ts'
import { buildPrograms } from './parts/kill/probe-process.ts'
import { benchOf } from './parts/kill/run.ts'
import { POINTS, SEED, strike } from './parts/kill/strikes.ts'

requirePart('git')('an act on a lane that is struck', () => {
  it(`[O01] is done once or not at all, at ${POINTS} points from seed ${SEED}`, async () => {
    const programs = buildPrograms(scratch())
    await strike({
      points: POINTS,
      workers: 2 * availableParallelism(),
      newBench: () => benchOf(newFactory(scratch()), programs, onTestFinished),
    })
  }, 1_200_000)
})
