/** The blows of kill-points.test.ts on lanes that are units of a real systemd. */
import { expect, it, onTestFinished } from 'vitest'
import { childrenOf } from '../real/parts/processes.ts'
import { newSystemdHost } from '../real/parts/systemd-host.ts'
import { requirePart } from '../setup/require-part.ts'
import { newFactory } from './parts/kill/factory.ts'
import { strikeAll } from './parts/kill/points.ts'
import { buildPrograms } from './parts/kill/probe-process.ts'
import { benchOf } from './parts/kill/run.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
/** Each is many questions to systemd: a tenth of what lanes without it are struck. */
const RUNS = Math.ceil(Number(process.env['KILL_POINTS'] ?? 200) / 10)
const ONE = process.env['KILL_ONE'] === undefined ? null : Number(process.env['KILL_ONE'])

requirePart('git', 'systemd')('an act on a lane that is a unit, struck', () => {
  it(`[O01] is done once or not at all, at ${RUNS} points from seed ${SEED}`, async () => {
    const systemd = await newSystemdHost()
    // What enters its namespaces waits for the probe, its one child.
    const host = { ...systemd, runner: 'systemd', inside: childrenOf } as const
    await host.linger(host.user)
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
