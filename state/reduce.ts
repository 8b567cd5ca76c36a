/** Makes the world out of facts. */
import { FACT_KINDS, type Fact, type FactValue } from './facts.ts'
import { joinedLanes } from './joined-lanes.ts'
import type { AnySeen, Seen, World } from './world.ts'

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
