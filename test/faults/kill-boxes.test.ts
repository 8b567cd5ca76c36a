/**
 * The blows of kill-points.test.ts on lanes that are boxes of a real Docker engine. Each call to
 * the engine is a point too: cut before it is sent, while the engine works, with its answer, or on
 * a line that brings it when everybody has looked already.
 */
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { newEngineHost } from './parts/kill/box-engine.ts'
import { newFactory } from './parts/kill/factory.ts'
import { strikeAll } from './parts/kill/points.ts'
import { buildPrograms } from './parts/kill/probe-process.ts'
import { benchOf } from './parts/kill/run.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
/** A box takes longer than a process: a tenth of what lanes without one are struck. */
const RUNS = Math.ceil(Number(process.env['KILL_POINTS'] ?? 200) / 10)
const ONE = process.env['KILL_ONE'] === undefined ? null : Number(process.env['KILL_ONE'])

requirePart(
  'git',
  'root',
  'dockerd',
)('an act on a lane that is a box, struck', () => {
  it(`[O01] is done once or not at all, at ${RUNS} points from seed ${SEED}`, async () => {
    const host = await newEngineHost()
    const programs = buildPrograms(host.newDir('programs'))
    let benches = 0
    const newBench = () => {
      benches += 1
      return benchOf(newFactory(host.newDir(`factory-${benches}`), host), programs, onTestFinished)
    }
    const { breaches, told } = await strikeAll({
      seed: SEED,
      runs: RUNS,
      one: ONE,
      workers: 2,
      newBench,
    })
    process.stdout.write(`${told}\n`)
    expect(breaches).toEqual([])
  }, 1_200_000)
})
