/** Who boards next: groups that were thrown back first, then new ones, in the order of the queue. */
import {
  type Car,
  carKey,
  carsOf,
  type Group,
  type Line,
  type LineStep,
  pairKey,
  type Seen,
  type Strategy,
  type Train,
} from './line.ts'

/** Fills the free places of the line. Behind a red train nothing is built: it would be red too. */
export function board(
  line: Line,
  seen: Seen,
  strategy: Strategy,
): { line: Line; steps: LineStep[] } {
  const steps: LineStep[] = []
  let now = line
  while (!seen.isFrozen && now.trains.length < strategy.depth && !now.trains.some(isRed)) {
    const next = nextGroup(now, seen, strategy)
    if (next === null) break
    const train: Train = {
      id: `t${now.made + 1}`,
      group: next.group,
      after: now.trains.at(-1)?.id ?? null,
      stage: { kind: 'building' },
    }
    const { waiting } = next
    now = { ...now, waiting, trains: [...now.trains, train], made: now.made + 1 }
    steps.push({ do: 'build', train })
  }
  return { line: now, steps }
}

const isRed = ({ stage }: Train): boolean => stage.kind === 'red'

function nextGroup(
  line: Line,
  seen: Seen,
  { batch }: Strategy,
): { group: Group; waiting: readonly Group[] } | null {
  const [group, ...waiting] = line.waiting
  if (group !== undefined) return { group, waiting }
  // A car that conflicts with one ahead of it waits until that one is seen to
  // have landed: it is dirty then.
  const ahead = new Set([...carsOf(line), ...line.landed].map(({ pr }) => pr))
  const over = new Set([...line.ejected.map(({ car }) => car), ...line.landed].map(carKey))
  const cars: Car[] = []
  for (const car of seen.mayBoard) {
    if (cars.length >= batch) break
    if (ahead.has(car.pr) || over.has(carKey(car))) continue
    if ([...ahead].some(pr => seen.conflicts.has(pairKey(pr, car.pr)))) continue
    ahead.add(car.pr)
    cars.push(car)
  }
  return cars.length === 0 ? null : { group: { cars, reds: 0 }, waiting: [] }
}
