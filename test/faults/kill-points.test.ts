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
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { newFactory } from './parts/kill/factory.ts'
import { strikeAll } from './parts/kill/points.ts'
import { buildPrograms } from './parts/kill/probe-process.ts'
import { benchOf } from './parts/kill/run.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
const RUNS = Number(process.env['KILL_POINTS'] ?? 200)
const ONE = process.env['KILL_ONE'] === undefined ? null : Number(process.env['KILL_ONE'])

requirePart('git')('an act on a lane that is struck', () => {
  it(`[O01] is done once or not at all, at ${RUNS} points from seed ${SEED}`, async () => {
    const programs = buildPrograms(scratch())
    const { breaches, told } = await strikeAll({
      seed: SEED,
      runs: RUNS,
      one: ONE,
      workers: 2 * availableParallelism(),
      newBench: () => benchOf(newFactory(scratch()), programs, onTestFinished),
    })
    process.stdout.write(`${told}\n`)
    expect(breaches).toEqual([])
  }, 1_200_000)
})
