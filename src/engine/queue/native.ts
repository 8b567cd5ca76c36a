/**
 * What to do next with GitHub's own queue: what passes the gate goes in, in order; what we put in
 * comes out when the gate turns. What somebody else put there is theirs. Pure.
 */
import type { DockFact, QueueEntry } from '../../../state/dock.ts'
import { type Car, carKey, pairKey } from './line.ts'

/** A pull request in GitHub's queue. */
export interface Queued extends QueueEntry {
  readonly number: number
  readonly head: string
}

/** A car that the gate put in. */
export interface Entered {
  readonly car: Car
  /** How often it has gone in at this head. */
  readonly times: number
}

export interface NativeSeen {
  /** Whom the gate lets through, in their order. */
  readonly mayBoard: readonly Car[]
  /** Why the gate holds each of the others. */
  readonly held: ReadonlyMap<number, string>
  readonly conflicts: ReadonlySet<string>
  readonly queue: readonly Queued[]
  /** Why nothing lands; null when it may. */
  readonly frozen: string | null
  readonly entered: readonly Entered[]
  /** How often a car that left the queue without landing goes in again. */
  readonly retries: number
}

export type NativeStep =
  | { readonly do: 'enqueue'; readonly car: Car; readonly times: number }
  | { readonly do: 'dequeue'; readonly car: Car; readonly why: string }

export interface NativePlan {
  readonly steps: readonly NativeStep[]
  /** Cars that left the queue by themselves more often than they are forgiven. */
  readonly ejected: readonly Car[]
}

export function planNative(seen: NativeSeen): NativePlan {
  const { mayBoard, queue, frozen, retries } = seen
  const entered = new Map(seen.entered.map(each => [carKey(each.car), each]))
  const there = new Map(queue.map(entry => [entry.number, entry]))
  const turned = queue.flatMap(({ number: pr, head }): NativeStep[] => {
    const car = { pr, head }
    if (!entered.has(carKey(car))) return []
    const why = frozen ?? whyNot(seen, car)
    return why === null ? [] : [{ do: 'dequeue', car, why }]
  })
  if (frozen !== null) return { steps: turned, ejected: [] }
  const outside = mayBoard.filter(({ pr }) => !there.has(pr))
  const timesOf = (car: Car) => entered.get(carKey(car))?.times ?? 0
  const ejected = outside.filter(car => timesOf(car) > retries)
  const leaving = new Set(turned.map(({ car }) => car.pr))
  /** Its neighbours in the queue: one that conflicts with them would be thrown out by GitHub. */
  const ahead = queue.map(({ number }) => number).filter(pr => !leaving.has(pr))
  const entering: NativeStep[] = []
  for (const car of outside) {
    if (ejected.includes(car)) continue
    if (ahead.some(pr => seen.conflicts.has(pairKey(pr, car.pr)))) continue
    ahead.push(car.pr)
    entering.push({ do: 'enqueue', car, times: timesOf(car) + 1 })
  }
  return { steps: [...turned, ...entering], ejected }
}

/** Null while the gate lets it through at that head. */
function whyNot({ mayBoard, held }: NativeSeen, { pr, head }: Car): string | null {
  const now = mayBoard.find(car => car.pr === pr)
  if (now?.head === head) return null
  return now ? 'its head moved' : (held.get(pr) ?? 'it is closed, or not seen any more')
}

/** What is told of a pull request once GitHub's queue is looked at, in the columns of our own. */
export function inQueue(
  fact: DockFact,
  { queue, ejected }: Pick<NativeSeen, 'queue'> & { ejected: readonly { car: Car; why: string }[] },
  order: readonly number[],
): DockFact {
  const found = queue.find(({ number }) => number === fact.number)
  if (found) {
    const { number: _number, head: _head, ...entry } = found
    const { position, etaMs } = entry
    const waitsFor = ["GitHub's own queue"]
    const blocking = tellEntry(entry)
    const place = { position, placedAt: entry.enqueuedAt, etaMs }
    return { ...fact, state: 'queued', ...place, blocking, waitsFor, entry }
  }
  const out = ejected.find(
    ({ car }) => carKey(car) === carKey({ pr: fact.number, head: fact.head }),
  )
  if (out) {
    const waitsFor = ['a new head']
    const place = { position: null, placedAt: null, etaMs: null }
    return { ...fact, state: 'ejected', blocking: out.why, waitsFor, ...place }
  }
  const behind = order.filter(pr => queue.every(({ number }) => number !== pr)).indexOf(fact.number)
  return behind < 0 || queue.length === 0 || fact.position === null
    ? fact
    : { ...fact, position: queue.length + behind + 1 }
}

const WORDS: Readonly<Record<QueueEntry['state'], string>> = {
  QUEUED: 'waits in its turn',
  AWAITING_CHECKS: 'is being tested',
  MERGEABLE: 'is about to land',
  UNMERGEABLE: 'does not merge there, and will leave',
  LOCKED: 'is locked in it',
  UNKNOWN: 'is there',
}

/** What GitHub says of an entry, as the one reason why it has not landed. */
export const tellEntry = ({ state, position }: QueueEntry): string | null =>
  state === 'MERGEABLE' ? null : `in GitHub's queue at ${position}: ${WORDS[state]}`
