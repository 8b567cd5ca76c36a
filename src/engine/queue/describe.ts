/** What the dock shows of each pull request: its state, its place, and the one reason why it has not landed. */
import type { DockFact } from '../../../state/dock.ts'
import { plural } from '../../../state/format.ts'
import type { Verdict } from '../gate/gate.ts'
import { type Pace, waitOf } from './estimate.ts'
import { carKey, type Line, type Strategy, type Train } from './line.ts'

/** What was found out about one pull request. */
export interface Found {
  readonly pr: number
  readonly head: string
  readonly gate: Verdict
  /** Null: the mirror could not tell. */
  readonly dirtyPaths: readonly string[] | null
  readonly dirtySince: number | null
  readonly behind: number | null
  readonly baseMoves: number | null
  readonly conflictsWith: readonly number[]
  readonly duplicateOf: number | null
  readonly marks: DockFact['marks']
  /** Live lanes that share files with it; null: the host has not told. */
  readonly lanes: readonly string[] | null
  /** The live lane that works on its branch. */
  readonly lane: string | null
  /** Pull requests that must land first and have not. */
  readonly needs: readonly number[]
  /** In GitHub's own queue. */
  readonly isQueued: boolean
  /** Its branch is in the repository itself; false when nobody could tell. */
  readonly isOwn: boolean
  /** An operator's word: higher boards first. */
  readonly priority: number
}

export interface Standing {
  readonly repo: string
  readonly line: Line
  /** Numbers in the order in which they board. */
  readonly order: readonly number[]
  /** Since when each car has a place, by its key. */
  readonly placed: ReadonlyMap<string, number>
  readonly strategy: Strategy
  readonly pace: Pace | null
  /** Train → what its verdict lacks besides checks that run. */
  readonly lacks: ReadonlyMap<string, string>
  /** Why nothing boards; null when it does. */
  readonly frozen: string | null
}

type Told = Pick<DockFact, 'state' | 'blocking' | 'waitsFor'>

export function describe(found: Found, standing: Standing): DockFact {
  const told = tell(found, standing)
  const position = positionOf(found, standing)
  const { strategy, pace, frozen } = standing
  const isMoving = position !== null && frozen === null
  return {
    repo: standing.repo,
    number: found.pr,
    head: found.head,
    ...told,
    position,
    placedAt: position === null ? null : (standing.placed.get(carKey(found)) ?? null),
    priority: found.priority,
    etaMs: isMoving && pace !== null ? waitOf(position, strategy, pace) : null,
    behind: found.behind,
    baseMoves: found.baseMoves,
    dirtyPaths: [...(found.dirtyPaths ?? [])],
    dirtySince: found.dirtySince,
    conflictsWith: [...found.conflictsWith],
    duplicateOf: found.duplicateOf,
    marks: found.marks,
    lanes: found.lanes === null ? null : [...found.lanes],
    ...(found.lane === null ? {} : { lane: found.lane }),
    signals: [...found.gate.signals],
    engine: found.gate.engine,
    reviewers: [...found.gate.reviewers],
  }
}

function tell(found: Found, standing: Standing): Told {
  const { line, frozen, lacks } = standing
  const train = trainOf(found, line)
  if (train !== undefined) return ride(train, line, lacks.get(train.id))
  const ejected = line.ejected.find(({ car }) => carKey(car) === carKey(found))
  if (ejected) return held('ejected', `was red by itself: ${ejected.why}`, ['a new head'])
  if (found.isQueued) return held('queued', null, ["GitHub's own queue"])
  if (found.dirtyPaths !== null && found.dirtyPaths.length > 0) {
    return held('dirty', `conflicts in ${found.dirtyPaths.slice(0, 3).join(', ')}`, ['a rebase'])
  }
  if (found.duplicateOf !== null) {
    return held('held', `changes the same as #${found.duplicateOf}`, [`#${found.duplicateOf}`])
  }
  if (found.gate.held !== null) return held('held', found.gate.held, waitsOf(found))
  if (found.needs.length > 0) {
    const needs = found.needs.map(pr => `#${pr}`)
    return held('held', `needs ${needs.join(', ')} first`, needs)
  }
  if (frozen !== null) return held('waiting', `the line is frozen: ${frozen}`, ['a thaw'])
  const ahead = (positionOf(found, standing) ?? 1) - 1
  return held('waiting', ahead === 0 ? null : `${plural(ahead, 'pull request')} ahead`, [])
}

const held = (
  state: DockFact['state'],
  blocking: string | null,
  waitsFor: readonly string[],
): Told => ({ state, blocking, waitsFor: [...waitsFor] })

/** Signals that nobody but a person or a check can turn. */
const waitsOf = ({ gate }: Found): string[] =>
  gate.signals.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name)

function ride(train: Train, line: Line, lack: string | undefined): Told {
  if (train.stage.kind === 'landing') return held('landing', null, [])
  const ahead = line.trains.slice(0, line.trains.indexOf(train)).map(({ id }) => `train ${id}`)
  const isGreen = train.stage.kind === 'green'
  const what = isGreen ? 'is green' : `is being tested${lack === undefined ? '' : `: ${lack}`}`
  return held('testing', `train ${train.id} ${what}`, ahead.length > 0 ? ahead : ['its checks'])
}

const trainOf = (found: Found, { trains }: Line): Train | undefined =>
  trains.find(({ group }) => group.cars.some(car => carKey(car) === carKey(found)))

/** Trains first, then who was thrown back, then who may board. */
function positionOf(found: Found, { line, order }: Standing): number | null {
  const aboard = [...line.trains.map(({ group }) => group), ...line.waiting].flatMap(({ cars }) =>
    cars.map(({ pr }) => pr),
  )
  const all = [...aboard, ...order.filter(pr => !aboard.includes(pr))]
  const index = all.indexOf(found.pr)
  return index < 0 ? null : index + 1
}
