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
import type { Random } from '../../../../src/practice/random.ts'

export interface Drain {
  readonly count: number
  /** Numbers, from 1, of those that are truly red. */
  readonly bad: ReadonlySet<number>
  readonly strategy: Strategy
  /** Whether the next run is red for no reason; asked as runs begin, of none that is truly red. */
  flake(): boolean
}

export interface Drained {
  readonly time: number
  readonly runs: number
  readonly landed: readonly number[]
  readonly ejected: readonly number[]
  /** Good pull requests that were thrown out by a flake. */
  readonly wronged: number
  readonly line: Line
}

/** Of `count`, those that chance makes truly red. */
export const drawBad = (count: number, share: number, random: Random): Set<number> =>
  new Set(Array.from({ length: count }, (_, index) => index + 1).filter(() => random.chance(share)))

export function drain({ count, bad, strategy, flake }: Drain): Drained {
  const cars = Array.from({ length: count }, (_, index): Car => ({ pr: index + 1, head: 'h' }))
  const open = new Map(cars.map(car => [car.pr, car]))
  const landed: number[] = []
  const ejected: number[] = []
  let line = emptyLine
  let tip = 'base'
  let time = 0
  let runs = 0
  const testing = new Map<string, { isGreen: boolean; ends: number }>()
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
      // A cumulative run is red when any of its cars is.
      const isRed = (contents.get(step.train.id) ?? []).some(({ pr }) => bad.has(pr)) || flake()
      testing.set(step.train.id, { isGreen: !isRed, ends: time + 1 })
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
    // All that end now are told in their order.
    for (const [train, run] of testing) {
      if (run.ends > ends) continue
      testing.delete(train)
      next.push({ kind: 'verdict', train, isGreen: run.isGreen, why: 'red' })
    }
  }
  const wronged = ejected.filter(pr => !bad.has(pr)).length
  return { time, runs, landed, ejected, wronged, line }
}

function firstOf(open: ReadonlyMap<number, Car>, count: number): Car[] {
  const cars: Car[] = []
  for (const car of open.values()) {
    if (cars.length === count) break
    cars.push(car)
  }
  return cars
}
