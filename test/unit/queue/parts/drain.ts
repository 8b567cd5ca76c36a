/**
 * Drains a line in simulated time: every run takes one unit, a bad pull request makes every run
 * that holds it red, and any run may be red by chance. The line itself is the product's.
 */
import { advance } from '../../../../src/engine/queue/advance.ts'
import {
  type Car,
  emptyLine,
  type Line,
  type LineEvent,
  type LineStep,
  type Seen,
  type Strategy,
} from '../../../../src/engine/queue/line.ts'

export interface Drain {
  readonly count: number
  /** Chance that a pull request is truly red. */
  readonly bad: number
  /** Chance that a run is red for no reason. */
  readonly flaky: number
  readonly strategy: Strategy
  readonly random: () => number
}

export interface Drained {
  readonly time: number
  readonly runs: number
  readonly landed: readonly number[]
  readonly ejected: readonly number[]
  /** Good pull requests that were thrown out by a flake. */
  readonly wronged: number
  readonly bad: ReadonlySet<number>
  readonly line: Line
}

export function drain({ count, bad, flaky, strategy, random }: Drain): Drained {
  const cars = Array.from({ length: count }, (_, index): Car => ({ pr: index + 1, head: 'h' }))
  const isBad = new Set(cars.filter(() => random() < bad).map(({ pr }) => pr))
  const open = new Map(cars.map(car => [car.pr, car]))
  const landed: number[] = []
  const ejected: number[] = []
  let line = emptyLine
  let tip = 'base'
  let time = 0
  let runs = 0
  const testing = new Map<string, { cars: readonly Car[]; ends: number }>()
  const contents = new Map<string, readonly Car[]>()
  const next: LineEvent[] = []
  const look = (): Seen => ({
    kind: 'seen',
    tip,
    // A window is enough: who boards is taken from the front.
    mayBoard: firstOf(open, 2 * strategy.batch * strategy.depth + 8),
    conflicts: new Set(),
    isFrozen: false,
  })
  const act = (step: LineStep) => {
    if (step.do === 'eject') {
      ejected.push(step.car.pr)
      open.delete(step.car.pr)
    }
    if (step.do === 'cancel') testing.delete(step.train.id)
    if (step.do === 'build') {
      const before = step.train.after === null ? [] : (contents.get(step.train.after) ?? [])
      contents.set(step.train.id, [...before, ...step.train.group.cars])
      next.push({ kind: 'built', train: step.train.id, commit: step.train.id, tree: step.train.id })
    }
    if (step.do === 'test') {
      runs += 1
      testing.set(step.train.id, { cars: contents.get(step.train.id) ?? [], ends: time + 1 })
    }
    if (step.do === 'land') {
      tip = step.train.id
      for (const { pr } of step.train.group.cars) {
        landed.push(pr)
        open.delete(pr)
      }
      for (const [id, held] of contents) {
        contents.set(
          id,
          held.filter(car => open.has(car.pr)),
        )
      }
      next.push({ kind: 'landed', train: step.train.id })
    }
  }
  next.push(look())
  for (;;) {
    for (let event = next.shift(); event !== undefined; event = next.shift()) {
      const { line: after, steps } = advance(line, event, look(), strategy)
      line = after
      steps.forEach(act)
    }
    const ends = Math.min(...[...testing.values()].map(run => run.ends))
    if (!Number.isFinite(ends)) break
    time = ends
    next.push(look())
    // All that end now are told in their order: a cumulative run is red when any of its cars is.
    for (const [train, run] of testing) {
      if (run.ends > ends) continue
      testing.delete(train)
      const isGreen = !run.cars.some(({ pr }) => isBad.has(pr)) && random() >= flaky
      next.push({ kind: 'verdict', train, isGreen, why: 'red' })
    }
  }
  const wronged = ejected.filter(pr => !isBad.has(pr)).length
  return { time, runs, landed, ejected, wronged, bad: isBad, line }
}

function firstOf(open: ReadonlyMap<number, Car>, count: number): Car[] {
  const cars: Car[] = []
  for (const car of open.values()) {
    if (cars.length === count) break
    cars.push(car)
  }
  return cars
}
