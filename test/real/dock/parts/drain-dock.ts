/**
 * Drains a dock by the hub's own collectors, over real git and the practice GitHub. Its clock is
 * moved by the length of a run after every look, so that nothing waits.
 */
import type { Strategy } from '../../../../src/engine/queue/line.ts'
import { dockHub, OPEN_GATE } from '../../practice-github/parts/dock-hub.ts'
import { MINUTE, serverOf } from '../../practice-github/parts/dock-server.ts'
import { cleanDock } from './clean-dock.ts'

export interface DockDrain {
  readonly count: number
  /** Numbers, from 1, of those that are truly red. */
  readonly bad: ReadonlySet<number>
  /** There are as many runners as it is deep. */
  readonly strategy: Strategy
  /** Whether the next run is red for no reason; asked as runs begin, of none that is truly red. */
  flake(): boolean
  /** Directory for all of it; the caller removes it. */
  readonly dir: string
}

export interface DockDrained {
  /** In the time of one run. */
  readonly time: number
  readonly runs: number
  readonly landed: number
}

const RUN_MS = 6 * MINUTE
/** The server's own default: a run is given in ms of life. */
const SPEED = 40
/** A drain takes days of the server's clock. */
const CHECKS_MAX_AGE_HOURS = 1_000
/** Runs for each pull request that no strategy comes to. */
const MOST = 6

export async function drainDock(plan: DockDrain): Promise<DockDrained> {
  const { count, bad, strategy, flake, dir } = plan
  const ci = { runners: strategy.depth, takes: SPEED * RUN_MS, flake }
  const dock = await serverOf(cleanDock(count, bad), { dir, ci })
  const gate = { ...OPEN_GATE, checksMaxAgeHours: CHECKS_MAX_AGE_HOURS }
  const hub = dockHub(dock, { ...strategy, gate })
  try {
    const began = dock.clock.now
    for (let turn = 0; ; turn += 1) {
      const { message } = await hub.turn()
      if (message !== null) throw new Error(`the dock met trouble: ${message}`)
      if (hub.facts.value('line', 'acme/app')?.trains.length === 0) break
      if (turn > MOST * count) throw new Error(`the dock is not drained after ${turn} looks`)
      dock.pass(RUN_MS)
    }
    const { model, clock } = dock
    return {
      time: (clock.now - began) / RUN_MS,
      runs: model.ci.runs().filter(({ runner }) => runner !== null).length,
      landed: model.pulls().filter(({ landed }) => landed !== null).length,
    }
  } finally {
    hub.close()
    await dock.close()
  }
}
