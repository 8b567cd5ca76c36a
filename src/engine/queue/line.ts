/**
 * The line of one branch: pull requests that wait to land on it, and the trains that test them.
 * All of it is plain data, so that it goes into the journal and comes back from there.
 */

/** A pull request at one head: when its head moves, it is another car. */
export interface Car {
  readonly pr: number
  readonly head: string
}

/** Cars that are tested together. A red group of several is halved; a red car is ejected. */
export interface Group {
  readonly cars: readonly Car[]
  /** Red runs that this very group has had. */
  readonly reds: number
}

export type Stage =
  /** Its commit is being made. */
  | { readonly kind: 'building' }
  /** Its commit stands; checks run on it. */
  | { readonly kind: 'testing'; readonly commit: string; readonly tree: string }
  | { readonly kind: 'green'; readonly commit: string; readonly tree: string }
  | { readonly kind: 'red'; readonly commit: string; readonly why: string }
  /** The branch is being moved to its commit. */
  | { readonly kind: 'landing'; readonly commit: string; readonly tree: string }

/** A group under test: its commit holds what all trains before it hold, and its own cars. */
export interface Train {
  readonly id: string
  readonly group: Group
  /** The train that it stands on; null when it stands on the branch's tip. */
  readonly after: string | null
  readonly stage: Stage
}

export interface Line {
  /** Tip of the branch that trains stand on; null until it was seen. */
  readonly tip: string | null
  /** Groups that were split off or thrown back, before anything new. */
  readonly waiting: readonly Group[]
  /** In order: each stands on the one before it. */
  readonly trains: readonly Train[]
  /** Cars that may not board again at this head, with the reason. */
  readonly ejected: readonly { readonly car: Car; readonly why: string }[]
  /** Cars that have landed and that the last look at the world did not know of yet. */
  readonly landed: readonly Car[]
  /** Counts trains, so that an id is never used twice. */
  readonly made: number
}

export interface Strategy {
  /** Most cars of one group: 1 is a serial queue. */
  readonly batch: number
  /** Most trains at once: as many as there are runners. */
  readonly depth: number
  /** Red runs that a single car is forgiven. */
  readonly retries: number
}

/** What the mirror and the gate say now. */
export interface Seen {
  readonly kind: 'seen'
  readonly tip: string
  /** Who may board, in their order. */
  readonly mayBoard: readonly Car[]
  /** Pairs of pull requests whose changes conflict, as `pairKey` names them. */
  readonly conflicts: ReadonlySet<string>
  /** While the line is frozen nothing boards and nothing lands: what is tested is kept. */
  readonly isFrozen: boolean
}

/** What the world tells the line. */
export type LineEvent =
  | Seen
  | {
      readonly kind: 'built'
      readonly train: string
      readonly commit: string
      readonly tree: string
    }
  /** A car does not merge with what is before it. */
  | {
      readonly kind: 'unbuildable'
      readonly train: string
      readonly pr: number
      readonly why: string
    }
  | {
      readonly kind: 'verdict'
      readonly train: string
      readonly isGreen: boolean
      readonly why: string
    }
  | { readonly kind: 'landed'; readonly train: string }
  /** The branch did not move to the train's commit. */
  | { readonly kind: 'not-landed'; readonly train: string; readonly why: string }

/** What is to be done, in order. */
export type LineStep =
  | { readonly do: 'build'; readonly train: Train }
  | { readonly do: 'test'; readonly train: Train }
  /** Its commit is no longer wanted: its run may be cancelled. */
  | { readonly do: 'cancel'; readonly train: Train; readonly why: string }
  | { readonly do: 'land'; readonly train: Train }
  | { readonly do: 'eject'; readonly car: Car; readonly why: string }

export const emptyLine: Line = {
  tip: null,
  waiting: [],
  trains: [],
  ejected: [],
  landed: [],
  made: 0,
}

export const sameCar = (a: Car, b: Car): boolean => a.pr === b.pr && a.head === b.head

export const carKey = ({ pr, head }: Car): string => `${pr} ${head}`

/** One name for an unordered pair of pull requests. */
export const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

/** Every car that waits in a group or rides a train. */
export const carsOf = ({ waiting, trains }: Line): Car[] => [
  ...waiting.flatMap(({ cars }) => cars),
  ...trains.flatMap(({ group }) => group.cars),
]
