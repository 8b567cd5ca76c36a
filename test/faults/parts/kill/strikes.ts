/** How many points are struck, and from which seed; `KILL_ONE=412` strikes that one point alone. */
import { expect, onTestFinished } from 'vitest'
import { type FactoryHost, newFactory } from './factory.ts'
import { strikeAll } from './points.ts'
import { buildPrograms } from './probe-process.ts'
import { type Bench, benchOf } from './run.ts'

export const SEED = Number(process.env['KILL_SEED'] ?? 1)
export const POINTS = Number(process.env['KILL_POINTS'] ?? 120)
const ONE = process.env['KILL_ONE'] === undefined ? null : Number(process.env['KILL_ONE'])

export interface Strikes {
  readonly points: number
  readonly workers: number
  readonly newBench: () => Bench
}

export async function strike({ points, workers, newBench }: Strikes): Promise<void> {
  const { breaches, told } = await strikeAll({
    seed: SEED,
    runs: points,
    one: ONE,
    workers,
    newBench,
  })
  process.stdout.write(`${told}\n`)
  expect(breaches).toEqual([])
}

/** Each bench is a factory of its own on that host. */
export function benchesOn(host: FactoryHost & { newDir(name: string): string }): () => Bench {
  const programs = buildPrograms(host.newDir('programs'))
  let benches = 0
  return () => {
    benches += 1
    return benchOf(newFactory(host.newDir(`factory-${benches}`), host), programs, onTestFinished)
  }
}
