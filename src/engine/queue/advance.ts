/**
 * Moves a line by one event. Pure: the same line and event give the same line and steps, so that
 * after a crash the line is rebuilt from what was journaled.
 *
 * The first train alone lands, and only green. A red one is dealt with once it is the first: a
 * group of several is halved, a single car is tried again as often as it is forgiven, then ejected.
 * What stood behind a red train holds its changes too: it is cancelled at once.
 */
import { board } from './board.ts'
import {
  type Car,
  carKey,
  type Group,
  type Line,
  type LineEvent,
  type LineStep,
  type Seen,
  type Stage,
  type Strategy,
  sameCar,
  type Train,
} from './line.ts'

export interface Advanced {
  readonly line: Line
  readonly steps: readonly LineStep[]
}

/** `seen` is the newest look at the world: who boards is decided by it after every event. */
export function advance(line: Line, event: LineEvent, seen: Seen, strategy: Strategy): Advanced {
  const moved = move(line, event)
  const settled = settle(moved.line, seen, strategy)
  const boarded = board(settled.line, seen, strategy)
  return { line: boarded.line, steps: [...moved.steps, ...settled.steps, ...boarded.steps] }
}

function move(line: Line, event: LineEvent): Advanced {
  if (event.kind === 'seen') return look(line, event)
  const train = line.trains.find(({ id }) => id === event.train)
  // A word about a train that was cancelled meanwhile.
  if (train === undefined) return still(line)
  switch (event.kind) {
    case 'built': {
      const { commit, tree } = event
      const built: Train = { ...train, stage: { kind: 'testing', commit, tree } }
      return { line: withTrain(line, built), steps: [{ do: 'test', train: built }] }
    }
    case 'unbuildable':
      return throwOut(line, train, event)
    case 'verdict':
      return still(withTrain(line, { ...train, stage: judged(train.stage, event) }))
    case 'landed':
      return still(train.stage.kind === 'landing' ? past(line, train) : line)
    case 'not-landed':
      return throwBack(line, train, event.why)
    default:
      return event satisfies never
  }
}

function judged(stage: Stage, { isGreen, why }: Extract<LineEvent, { kind: 'verdict' }>): Stage {
  if (stage.kind !== 'testing') return stage
  const { commit, tree } = stage
  return isGreen ? { kind: 'green', commit, tree } : { kind: 'red', commit, why }
}

/** The first train has landed: the next one stands on the branch itself now. */
function past(line: Line, { group, stage }: Train): Line {
  const [, next, ...others] = line.trains
  const tip = stage.kind === 'landing' ? stage.commit : line.tip
  const landed = [...line.landed, ...group.cars]
  return { ...line, tip, landed, trains: next ? [{ ...next, after: null }, ...others] : [] }
}

/** The branch was moved by somebody else, or a pull request was: what stood on that is void. */
function look(line: Line, { tip, mayBoard }: Seen): Advanced {
  const landing = line.trains.find(({ stage }) => stage.kind === 'landing')?.stage
  const isOurs = tip === line.tip || (landing?.kind === 'landing' && tip === landing.commit)
  const present = new Set(mayBoard.map(carKey))
  const isGone = (car: Car) => !present.has(carKey(car))
  // A train that is landing is past the gate: whether it landed is asked, not assumed.
  const doubted = line.trains.filter(({ stage }) => stage.kind !== 'landing')
  const broken = doubted.find(({ group }) => !isOurs || group.cars.some(isGone))
  const why = isOurs ? 'a pull request moved, closed or was held' : 'the branch was moved'
  const thrown = broken ? throwBack(line, broken, why) : still(line)
  const waiting = thrown.line.waiting.flatMap(group => without(group, isGone))
  const ejected = line.ejected.filter(({ car }) => !isGone(car))
  const landed = line.landed.filter(car => !isGone(car))
  const known = landing ? line.tip : tip
  return { line: { ...thrown.line, tip: known, waiting, ejected, landed }, steps: thrown.steps }
}

/** Lands what may land, and deals with a red train that nothing is before any more. */
function settle(line: Line, { isFrozen }: Seen, strategy: Strategy): Advanced {
  const red = line.trains.findIndex(({ stage }) => stage.kind === 'red')
  const behind = red < 0 ? [] : line.trains.slice(red + 1)
  const shorter = cancel(line, behind, 'built on a red train')
  const [first] = shorter.line.trains
  if (first?.stage.kind === 'green' && !isFrozen) {
    const landing: Train = { ...first, stage: { ...first.stage, kind: 'landing' } }
    const steps: LineStep[] = [...shorter.steps, { do: 'land', train: landing }]
    return { line: withTrain(shorter.line, landing), steps }
  }
  if (first?.stage.kind !== 'red') return shorter
  const { why } = first.stage
  const over: LineStep = { do: 'cancel', train: first, why }
  const after = failed({ ...shorter.line, trains: [] }, first.group, why, strategy)
  return { line: after.line, steps: [...shorter.steps, over, ...after.steps] }
}

/** What becomes of a group that was red with nothing but the branch before it. */
function failed(line: Line, group: Group, why: string, { retries }: Strategy): Advanced {
  const [car, second] = group.cars
  const again = (...groups: Group[]) => still({ ...line, waiting: [...groups, ...line.waiting] })
  if (car === undefined) return still(line)
  if (second !== undefined) {
    const half = group.cars.length >> 1
    const part = (from: number, to?: number) => ({ cars: group.cars.slice(from, to), reds: 0 })
    return again(part(0, half), part(half))
  }
  if (group.reds < retries) return again({ ...group, reds: group.reds + 1 })
  const ejected = [...line.ejected, { car, why }]
  return { line: { ...line, ejected }, steps: [{ do: 'eject', car, why }] }
}

/** One car does not merge: it leaves, and what stood with and behind it is built again. */
function throwOut(
  line: Line,
  train: Train,
  { pr, why }: Extract<LineEvent, { kind: 'unbuildable' }>,
): Advanced {
  const car = train.group.cars.find(one => one.pr === pr)
  const thrown = throwBack(line, train, why)
  if (car === undefined) return thrown
  const waiting = thrown.line.waiting.flatMap(group => without(group, one => sameCar(one, car)))
  const ejected = [...thrown.line.ejected, { car, why }]
  const steps: LineStep[] = [...thrown.steps, { do: 'eject', car, why }]
  return { line: { ...thrown.line, waiting, ejected }, steps }
}

/** A train and all that stand on it go back to the front of those who wait, as they were grouped. */
const throwBack = (line: Line, train: Train, why: string): Advanced =>
  cancel(line, line.trains.slice(line.trains.indexOf(train)), why)

function cancel(line: Line, trains: readonly Train[], why: string): Advanced {
  if (trains.length === 0) return still(line)
  return {
    line: {
      ...line,
      trains: line.trains.filter(train => !trains.includes(train)),
      waiting: [...trains.map(({ group }) => group), ...line.waiting],
    },
    steps: trains.map(train => ({ do: 'cancel', train, why })),
  }
}

function without(group: Group, isGone: (car: Car) => boolean): Group[] {
  const cars = group.cars.filter(car => !isGone(car))
  if (cars.length === 0) return []
  return [cars.length === group.cars.length ? group : { cars, reds: 0 }]
}

const still = (line: Line): Advanced => ({ line, steps: [] })

const withTrain = (line: Line, train: Train): Line => ({
  ...line,
  trains: line.trains.map(other => (other.id === train.id ? train : other)),
})
