/**
 * The blows of kill-points.test.ts on lanes that are boxes of a real Docker engine. Each call to
 * the engine is a point too: cut before it is sent, while the engine works, with its answer, or on
 * a line that brings it when everybody has looked already.
 */
import { it } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { newEngineHost } from './parts/kill/box-engine.ts'
import { benchesOn, POINTS, SEED, strike } from './parts/kill/strikes.ts'

/** A box takes longer than a process: a tenth of what lanes without one are struck. */
const BOXES = Math.ceil(POINTS / 10)

requirePart(
  'git',
  'root',
  'dockerd',
)('an act on a lane that is a box, struck', () => {
  it(`[O01] is done once or not at all, at ${BOXES} points from seed ${SEED}`, async () => {
    await strike({ points: BOXES, workers: 2, newBench: benchesOn(await newEngineHost()) })
  }, 1_200_000)
})
