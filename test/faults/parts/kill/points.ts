/** Strikes acts at seeded points, one after the other on each bench, and asks the world after each. */
import { expect } from 'vitest'
import { killOne } from '../../../real/parts/processes.ts'
import type { Habit } from './factory.ts'
import { settledBreaches } from './invariants.ts'
import { ACTS, type Act, HABITS_OF, type Passed, type Plan, planOf } from './plan.ts'
import { type Bench, type Ran, runOf } from './run.ts'

/** Worktrees of one repository: git looks at all of them when it makes one. */
const RUNS_A_BENCH = 50

interface Strikes {
  seed: number
  runs: number
  /** The number of the one run to be looked at again. */
  one: number | null
  /** Benches that are struck side by side: each has a repository of its own. */
  workers: number
  newBench(): Bench
}

/** Promises that did not hold, and what was struck, in words. */
export async function strikeAll({ seed, runs: wanted, one, workers, newBench }: Strikes) {
  const points = await pointsOf(newBench())
  const breaches: string[] = []
  const struck: string[] = []
  let next = one ?? 0
  const work = async () => {
    let bench = newBench()
    for (let runs = 1; struck.length < wanted; runs += 1) {
      const index = next
      next += 1
      const plan = planOf(seed * 1_000_003 + index, (act, habit) => pointsIn(points, act, habit))
      const found = await judged(bench, `r${index}`, plan)
      breaches.push(...found.breaches)
      if (found.isStruck) struck.push(`${plan.act}, ${plan.blow.victim}`)
      if (runs % RUNS_A_BENCH === 0) bench = newBench()
      if (one !== null) return
    }
  }
  await Promise.all(Array.from({ length: one === null ? workers : 1 }, work))
  return { breaches, told: `${next} seeds, struck: ${tally(struck)}` }
}

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
      const found = await settledBreaches(factory, { stems: seen.stems, rows, loose: seen.loose })
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
