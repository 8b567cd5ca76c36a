/**
 * Seeded random numbers: the same seed gives the same factory. A fork is named, so that what one
 * part draws never shifts what another part gets, whatever the order in which they run.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  /** True with probability `share`. */
  chance(share: number): boolean
  /** One of `list`, which must not be empty. */
  pick<T>(list: readonly T[]): T
  /** The same members in another order. */
  shuffle<T>(list: readonly T[]): T[]
  /** `digits` hexadecimal digits. */
  hex(digits: number): string
  /** A generator of its own, set by this one's seed and `name` alone. */
  fork(name: string): Random
}

/** FNV-1a over UTF-16 code units: spreads a name over 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

export function seeded(seed: string | number): Random {
  let state = hash(String(seed))

  /** mulberry32 */
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))

  return {
    next,
    int,
    chance: share => next() < share,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('nothing to pick from')
      return list[int(0, list.length - 1)] as T
    },
    shuffle: list =>
      list
        .map(member => ({ member, order: next() }))
        .sort((a, b) => a.order - b.order)
        .map(({ member }) => member),
    hex: digits => Array.from({ length: digits }, () => int(0, 15).toString(16)).join(''),
    fork: name => seeded(`${seed}/${name}`),
  }
}
