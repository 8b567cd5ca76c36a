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
import { killOne } from '../real/parts/processes.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { type Habit, newFactory } from './parts/kill/factory.ts'
import { settledBreaches } from './parts/kill/invariants.ts'
import { ACTS, type Act, HABITS_OF, type Passed, type Plan, planOf } from './parts/kill/plan.ts'
import { buildPrograms, startProbeProcess } from './parts/kill/probe-process.ts'
import { type Bench, type Ran, runOf } from './parts/kill/run.ts'

const SEED = Number(process.env['KILL_SEED'] ?? 1)
const RUNS = Number(process.env['KILL_POINTS'] ?? 200)
/** The number of the one run to be looked at again. */
const ONE = process.env['KILL_ONE'] === undefined ? null : Number(process.env['KILL_ONE'])
const WORKERS = 2 * availableParallelism()
/** Worktrees of one repository: git looks at all of them when it makes one. */
const RUNS_A_FACTORY = 50

requirePart('git')('an act on a lane that is struck', () => {
  it(`[O01] is done once or not at all, at ${RUNS} points from seed ${SEED}`, async () => {
    const programs = buildPrograms(scratch())
    const newBench = (): Bench => {
      const factory = newFactory(scratch())
      const well = startProbeProcess(programs, { stop: null, env: factory.env })
      onTestFinished(async () => {
        factory.clear()
        well.end()
        await well.ended
      })
      return { factory, programs, well }
    }
    const points = await pointsOf(newBench())
    const breaches: string[] = []
    const struck: string[] = []
    let next = ONE ?? 0
    /** Each in a repository of its own: what one run leaves, another could take for its own. */
    const work = async () => {
      let bench = newBench()
      for (let runs = 1; struck.length < RUNS; runs += 1) {
        const index = next
        next += 1
        const plan = planOf(SEED * 1_000_003 + index, (act, habit) => pointsIn(points, act, habit))
        const found = await judged(bench, `r${index}`, plan)
        breaches.push(...found.breaches)
        if (found.isStruck) struck.push(`${plan.act}, ${plan.blow.victim}`)
        if (runs % RUNS_A_FACTORY === 0) bench = newBench()
        if (ONE !== null) return
      }
    }
    await Promise.all(Array.from({ length: ONE === null ? WORKERS : 1 }, work))
    process.stdout.write(`${next} seeds, struck: ${tally(struck)}\n`)
    expect(breaches).toEqual([])
  }, 1_200_000)
})

const tally = (words: readonly string[]): string =>
  [...Map.groupBy(words, word => word)]
    .map(([word, { length }]) => `${word} ${length}`)
    .sort()
    .join('; ')

const pointsIn = (points: ReadonlyMap<string, Passed>, act: Act, habit: Habit): Passed =>
  points.get(`${act} ${habit}`) ?? { hub: [], host: [] }

/** Every act once without a blow: what points it passes. */
async function pointsOf(bench: Bench): Promise<Map<string, Passed>> {
  const points = new Map<string, Passed>()
  for (const act of ACTS) {
    for (const [habit] of HABITS_OF[act]) {
      const name = `trace-${act}-${habit}`
      const { breaches, ran } = await judged(bench, name, { act, habit, blow: null, second: null })
      expect(breaches).toEqual([])
      if (ran) points.set(`${act} ${habit}`, ran.passed)
    }
  }
  return points
}

type Asked = { act: Act; habit: Habit; blow: Plan['blow'] | null; second: Plan['second'] }

async function judged(bench: Bench, name: string, asked: Asked) {
  const { factory } = bench
  const breaches: string[] = []
  const why = JSON.stringify(asked)
  let ran: Ran | null = null
  try {
    const judge = async (seen: Ran, when: string) => {
      const rows = seen.hub.journal.list({ limit: 10_000 })
      const found = await settledBreaches(factory, { stems: seen.stems, rows })
      breaches.push(...found.map(breach => `${name}: ${breach} (${when}) ${why}`))
    }
    ran = await runOf(bench, name, asked, async seen => await judge(seen, 'recovered'))
    await judge(ran, `asked again: ${ran.again?.kind}`)
    const expected = EXPECTED[asked.act]
    if (!expected.includes(ran.again?.kind ?? '')) {
      breaches.push(`${name}: asked again: ${JSON.stringify(ran.again)} ${why}`)
    }
  } catch (error) {
    breaches.push(`${name}: ${String((error as Error).stack)} ${why}`)
  }
  for (const stem of [name, ...(ran?.stems ?? [])])
    for (const { pid } of factory.processes(stem)) killOne(pid)
  ran?.hub.die()
  return { breaches, ran, isStruck: ran?.isStruck ?? false }
}

const EXPECTED: Record<Act, readonly string[]> = {
  launch: ['running', 'already', 'failed'],
  stop: ['stopped', 'refused'],
  resume: ['running', 'refused', 'failed'],
  // Refused: nothing is planned, as its item has its lane.
  dispatch: ['running', 'refused', 'failed'],
}
