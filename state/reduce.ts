/** The world: everything that was seen and still stands, by kind and key. Rebuilt from facts. */
import type { Fact, FactKind, FactValue, Instant } from './facts.ts'
import { FACT_KINDS } from './facts.ts'
import { joinedLanes } from './joined-lanes.ts'

/** One thing that stands, with where it came from and when. The same object until it changes. */
export interface Seen<K extends FactKind> {
  readonly kind: K
  readonly key: string
  readonly at: Instant
  readonly host: string
  readonly source: string
  readonly value: FactValue<K>
}

export type AnySeen = { [K in FactKind]: Seen<K> }[FactKind]

/** Lanes as their collector told them: `lane` holds what they come to beside claims and PRs. */
export type World = { readonly [K in FactKind]: ReadonlyMap<string, Seen<K>> } & {
  readonly toldLane: ReadonlyMap<string, Seen<'lane'>>
}

export const EMPTY_WORLD: World = Object.fromEntries(
  [...FACT_KINDS, 'toldLane'].map(kind => [kind, new Map()]),
) as unknown as World

/**
 * Takes facts into a world. Kinds that no fact names keep their very map, so that whoever
 * remembers by identity sees what did not change. Cost follows the maps that changed.
 */
export function reduce(world: World, facts: readonly Fact[]): World {
  if (facts.length === 0) return world
  const changed = new Map<keyof World, Map<string, AnySeen>>()
  const lanes = new Set<string>()
  for (const fact of facts) {
    const { kind, key, at, host, source, value } = fact
    const name = kind === 'lane' ? 'toldLane' : kind
    let map = changed.get(name)
    if (!map) {
      map = new Map<string, AnySeen>(world[name])
      changed.set(name, map)
    }
    if (kind === 'lane') lanes.add(key)
    if (value === null) map.delete(key)
    else map.set(key, { kind, key, at, host, source, value } as AnySeen)
  }
  const next: World = { ...world, ...Object.fromEntries(changed) }
  const lane = joinedLanes(world, next, lanes)
  return lane === world.lane ? next : { ...next, lane }
}

/** A world made of these facts alone. */
export const worldOf = (facts: readonly Fact[]): World => reduce(EMPTY_WORLD, facts)

/** The link to the host: there is one. */
export const linkOf = (world: World): FactValue<'link'> | null =>
  world.link.values().next().value?.value ?? null

/** The host's own pressure. */
export const hostOf = (world: World): Seen<'host'> | null =>
  world.host.values().next().value ?? null
