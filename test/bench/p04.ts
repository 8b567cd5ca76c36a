/** P04: a drain. The hub's dock over real git, beside its simulation and the closed forms. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { landedPerRun } from '../../src/engine/queue/estimate.ts'
import type { Strategy } from '../../src/engine/queue/line.ts'
import { seeded } from '../../src/practice/random.ts'
import { drainDock } from '../real/dock/parts/drain-dock.ts'
import { drainSeeds } from '../real/dock/parts/drain-seeds.ts'
import { drain, drawBad } from '../unit/queue/parts/drain.ts'
import type { Bench } from './bench.ts'
import { figure, table, times } from './parts/report.ts'

const EFFORTS = { full: 40, quick: 8 }
/** So many that chance does not hide the closed form. */
const MANY = 6_000
const SEED = 7

const STRATEGIES: readonly { name: string; batch: number; depth: number }[] = [
  { name: 'serial', batch: 1, depth: 1 },
  { name: 'batch of 4', batch: 4, depth: 1 },
  { name: 'batch of 8', batch: 8, depth: 1 },
  { name: 'speculation of 5', batch: 1, depth: 5 },
  { name: 'speculation of 10', batch: 1, depth: 10 },
]

/** Shares of pull requests that are truly red and of runs that are by chance, and what is forgiven. */
interface Chances {
  readonly bad: number
  readonly flaky: number
  readonly retries: number
}

const CHANCES: readonly Chances[] = [
  { bad: 0.05, flaky: 0, retries: 0 },
  { bad: 0.2, flaky: 0, retries: 0 },
  { bad: 0.05, flaky: 0.05, retries: 1 },
]

interface Rates {
  /** Landed in the time of one run, and for each run. */
  readonly perTime: number
  readonly perRun: number
}

interface Row {
  readonly name: string
  /** Landed in the time of one run; null where no closed form is known. */
  readonly formula: number | null
  /** Of so many that it must come to the formula. */
  readonly many: Rates
  /** Of the very pull requests and chances that the dock has. */
  readonly simulated: Rates
  readonly dock: Rates
}

export const p04: Bench = {
  title: 'P04  A drain: what lands in the time of one CI run, and for each run',
  needs: [],
  run: async (effort, print) => {
    const count = EFFORTS[effort]
    const apart: string[] = []
    for (const chances of CHANCES) {
      const rows: Row[] = []
      for (const { name, ...how } of STRATEGIES) {
        rows.push(await rowOf(name, { ...how, retries: chances.retries }, count, chances))
      }
      const told = tellChances(chances)
      print(`${tableOf(told, rows)}\n`)
      apart.push(...rows.flatMap(apartIn).map(text => `${told}: ${text}`))
    }
    print(
      `The dock drains ${count} over real git, by the chances of the simulation beside it; × is`,
    )
    print(`against serial. The formula must be met by a simulation of ${MANY}.`)
    print(`\n${await seedsTable(SEEDS[effort])}\n`)
    print(
      'Of runs, each rebased pull request has its own before that of its train; what is red has',
    )
    print('two. The formula is of clean pull requests, whose own runs are green.')
    for (const text of apart) print(`APART: ${text}`)
    if (apart.length > 0) process.exitCode = 1
  },
}

/** How many of the dock of the seeds, all but one of them dirty. */
const SEEDS = { full: 30, quick: 10 }
const SEEDS_RED = new Set([7, 19])
const SEEDS_FLAKY = 0.05

const SEEDS_STRATEGIES: readonly {
  readonly name: string
  readonly runners: number
  readonly batch: number
  readonly depth: number
}[] = [
  { name: 'serial, one runner', runners: 1, batch: 1, depth: 1 },
  { name: 'batch of 4, one runner', runners: 1, batch: 4, depth: 1 },
  { name: 'serial, five runners', runners: 5, batch: 1, depth: 1 },
  { name: 'speculation of 5, five runners', runners: 5, batch: 1, depth: 5 },
]

/** The dirty dock: rebased, tested and landed, beside serial and what the formula says of clean ones. */
async function seedsTable(count: number): Promise<string> {
  const rows: { name: string; formula: number; left: number; lost: number; rates: Rates }[] = []
  for (const { name, runners, ...how } of SEEDS_STRATEGIES) {
    const strategy = { ...how, retries: 1 }
    const dir = mkdtempSync(join(tmpdir(), 'dockmaster-bench-'))
    try {
      const plan = { strategy, runners, count, red: SEEDS_RED, flaky: SEEDS_FLAKY, dir }
      const { landed, left, lost, time, runs } = await drainSeeds({ ...plan, rebase: 'push' })
      const rates = ratesOf({ landed: landed.length, time, runs: runs.trains + runs.pulls })
      const formula = landedPerRun(strategy, 1 - SEEDS_FLAKY)
      rows.push({ name, formula, left: left.length, lost: lost.length, rates })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  const serial = rows[0]?.rates
  return table(
    [`${count}, ${count - 1} dirty`, 'formula', 'by time', '', 'by run', '', 'left', 'hunks lost'],
    rows.map(({ name, formula, left, lost, rates }) => [
      name,
      figure(formula),
      figure(rates.perTime),
      times(rates.perTime, serial?.perTime ?? Number.NaN),
      figure(rates.perRun),
      times(rates.perRun, serial?.perRun ?? Number.NaN),
      String(left),
      String(lost),
    ]),
  )
}

async function rowOf(
  name: string,
  strategy: Strategy,
  count: number,
  chances: Chances,
): Promise<Row> {
  const { bad, flaky } = chances
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-bench-'))
  try {
    const dock = ratesOf(await drainDock({ count, strategy, dir, ...drawn(count, chances) }))
    const simulated = (many: number): Rates => {
      const { landed, ...took } = drain({ count: many, strategy, ...drawn(many, chances) })
      return ratesOf({ ...took, landed: landed.length })
    }
    return {
      name,
      formula: flaky === 0 ? landedPerRun(strategy, 1 - bad) : null,
      many: simulated(MANY),
      simulated: simulated(count),
      dock,
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Drawn twice they are the same: the same pull requests are red, and the same runs in their order. */
function drawn(count: number, { bad, flaky }: Chances) {
  const random = seeded(SEED)
  const flakes = random.fork('flakes')
  return { bad: drawBad(count, bad, random), flake: () => flakes.chance(flaky) }
}

const ratesOf = ({
  landed,
  time,
  runs,
}: {
  landed: number
  time: number
  runs: number
}): Rates => ({
  perTime: landed / time,
  perRun: landed / runs,
})

/** The simulation must come as near to the formula, and the dock to the simulation. */
const NEAR = { formula: 0.05, simulation: 0.1 }

const isNear = (value: number, to: number, share: number): boolean =>
  Math.abs(value / to - 1) <= share

function apartIn({ name, formula, many, simulated, dock }: Row): string[] {
  const { perTime, perRun } = simulated
  const held: [isHeld: boolean, told: string][] = [
    [formula === null || isNear(many.perTime, formula, NEAR.formula), 'simulation and formula'],
    [isNear(dock.perTime, perTime, NEAR.simulation), 'dock and simulation by time'],
    [isNear(dock.perRun, perRun, NEAR.simulation), 'dock and simulation by runs'],
  ]
  return held.flatMap(([isHeld, told]) => (isHeld ? [] : [`${name}: ${told}`]))
}

const tellChances = ({ bad, flaky, retries }: Chances): string =>
  `${bad * 100} % red, ${flaky * 100} % flaky, ${retries} forgiven`

function tableOf(told: string, rows: readonly Row[]): string {
  const [serial] = rows
  return table(
    [told, 'formula', `of ${MANY}`, 'simulated', 'dock', 'by time', 'simulated', 'dock', 'by run'],
    rows.map(({ name, formula, many, simulated, dock }) => [
      name,
      formula === null ? '-' : figure(formula),
      figure(many.perTime),
      figure(simulated.perTime),
      figure(dock.perTime),
      times(dock.perTime, serial?.dock.perTime ?? Number.NaN),
      figure(simulated.perRun),
      figure(dock.perRun),
      times(dock.perRun, serial?.dock.perRun ?? Number.NaN),
    ]),
  )
}
