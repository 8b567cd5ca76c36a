/** The blows of kill-points.test.ts on lanes that are units of a real systemd. */
import { it } from 'vitest'
import { childrenOf } from '../real/parts/processes.ts'
import { newSystemdHost } from '../real/parts/systemd-host.ts'
import { requirePart } from '../setup/require-part.ts'
import { benchesOn, POINTS, SEED, strike } from './parts/kill/strikes.ts'

/** Each is many questions to systemd: a tenth of what lanes without it are struck. */
const UNITS = Math.ceil(POINTS / 10)

requirePart('git', 'systemd')('an act on a lane that is a unit, struck', () => {
  it(`[O01] is done once or not at all, at ${UNITS} points from seed ${SEED}`, async () => {
    const systemd = await newSystemdHost()
    // What enters its namespaces waits for the probe, its one child.
    const host = { ...systemd, runner: 'systemd', inside: childrenOf } as const
    await host.linger(host.user)
    await strike({ points: UNITS, workers: 2, newBench: benchesOn(host) })
  }, 1_200_000)
})
