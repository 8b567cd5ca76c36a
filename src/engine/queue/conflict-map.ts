/**
 * Which open pull requests conflict with one another. Two that share no file cannot, so only those
 * that do are merged, and each pair of heads once: what was found stays true of these heads.
 */
import { type Car, carKey, pairKey } from './line.ts'

export interface Change extends Car {
  /** Paths that it changes since it left the branch. */
  readonly paths: readonly string[]
}

/** Pair of cars → paths that a merge of both leaves in conflict. */
export type KnownMerges = ReadonlyMap<string, readonly string[]>

/** One name for an unordered pair of heads. */
export const mergeKey = (a: Car, b: Car): string =>
  a.pr < b.pr ? `${carKey(a)} ${carKey(b)}` : `${carKey(b)} ${carKey(a)}`

/** The earlier pull request first. */
export type ChangePair = readonly [ours: Change, theirs: Change]

/** Those of the pairs that must be merged to know. */
export const pairsToAsk = (pairs: readonly ChangePair[], known: KnownMerges): ChangePair[] =>
  pairs.filter(([a, b]) => !known.has(mergeKey(a, b)))

/** What is known of other pairs is dropped. */
export function keepKnown(pairs: readonly ChangePair[], known: KnownMerges): KnownMerges {
  const wanted = new Set(pairs.map(([a, b]) => mergeKey(a, b)))
  return new Map([...known].filter(([key]) => wanted.has(key)))
}

/** Those of the pairs that conflict, as `pairKey` names them. */
export function conflictsIn(pairs: readonly ChangePair[], known: KnownMerges): Set<string> {
  const conflicting = pairs.filter(([a, b]) => (known.get(mergeKey(a, b)) ?? []).length > 0)
  return new Set(conflicting.map(([a, b]) => pairKey(a.pr, b.pr)))
}

/** Pairs with a file in common; a directory that became a file is one too. */
export function pairsOf(changes: readonly Change[]): ChangePair[] {
  const sorted = changes.toSorted((a, b) => a.pr - b.pr)
  const byPath = new Map<string, Set<number>>()
  sorted.forEach(({ paths }, index) => {
    for (const path of paths) {
      const holders = byPath.get(path) ?? new Set<number>()
      byPath.set(path, holders.add(index))
    }
  })
  const pairs = new Set<string>()
  const add = (one: ReadonlySet<number>, other: ReadonlySet<number>) => {
    for (const a of one) for (const b of other) if (a < b) pairs.add(`${a} ${b}`)
  }
  for (const [path, holders] of byPath) {
    add(holders, holders)
    for (const above of directoriesOf(path)) {
      const files = byPath.get(above)
      if (files === undefined) continue
      add(holders, files)
      add(files, holders)
    }
  }
  return [...pairs].flatMap(key => {
    const [a, b] = key.split(' ').map(index => sorted[Number(index)])
    return a && b ? [[a, b] as const] : []
  })
}

function directoriesOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
