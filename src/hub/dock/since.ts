/** Since when things stand as they do, as far as this hub saw; what is not named is forgotten. */
export type Since = (keys: Iterable<string>, now: number) => ReadonlyMap<string, number>

export function newSince(): Since {
  let seen: ReadonlyMap<string, number> = new Map()
  return (keys, now) => {
    seen = new Map([...keys].map(key => [key, seen.get(key) ?? now]))
    return seen
  }
}
