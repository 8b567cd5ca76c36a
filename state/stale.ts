/** Staleness: what can no longer be trusted to be current, since when, and why. */
import type { Instant, SourceFact } from './facts.ts'
import { cameOverLink, type FactPane, fills, looksAt } from './panes.ts'
import { linkOf } from './reduce.ts'
import { isCurrent } from './words.ts'
import type { AnySeen, World } from './world.ts'

export interface Stale {
  readonly since: Instant
  readonly reason: string
  /** What the operator can do; null when there is nothing but to wait. */
  readonly mend: string | null
}

/** The link's own staleness: null while it is up. */
export function staleLink(world: World): Stale | null {
  const link = linkOf(world)
  if (!link || link.state === 'up') return null
  const reason = link.state === 'connecting' ? `connecting to ${link.target}` : 'unreachable'
  return { since: link.since, reason: link.message ?? reason, mend: link.mend }
}

const staleSource = (fact: SourceFact): Stale | null =>
  isCurrent(fact.state)
    ? null
    : { since: fact.since, reason: fact.message ?? fact.state, mend: fact.mend }

/** The probe's: without it nothing new comes from the host, though the link is up. */
function staleProbe(world: World): Stale | null {
  const probe = world.source.get('probe')
  return probe ? staleSource(probe.value) : null
}

const staleHost = (world: World): Stale | null => staleLink(world) ?? staleProbe(world)

/** Why one thing on the screen is stale; null when it is current. */
export function staleOf(world: World, seen: AnySeen): Stale | null {
  const overLink = cameOverLink(seen) ? staleHost(world) : null
  // A source that fails says so itself, and is news.
  if (overLink || seen.kind === 'source') return overLink
  const source = world.source.get(seen.source)
  return source && source.value.state !== 'absent' ? staleSource(source.value) : null
}

/**
 * Why a whole pane is stale: its figures are then not summed. A collector that has nothing to
 * look at (`absent`) makes nothing stale.
 */
export function stalePane(world: World, pane: FactPane): Stale | null {
  const link = pane === 'queue' ? null : staleHost(world)
  if (link) return link
  for (const { key, value } of world.source.values()) {
    if (!fills(key, pane) || value.state === 'absent') continue
    const stale = staleSource(value)
    if (stale) return stale
  }
  return null
}

/** What the collectors of this pane left out or could not read, though else they are well. */
export function notesOf(world: World, pane: FactPane): readonly string[] {
  return [...world.source.values()].flatMap(({ key, value }) =>
    fills(key, pane) && value.state === 'ok' && value.message ? [`${key}: ${value.message}`] : [],
  )
}

/** Whether any collector of this pane has looked yet: before that nothing is known, not nothing. */
export function wasLookedAt(world: World, pane: FactPane): boolean {
  for (const key of world.source.keys()) if (looksAt(key, pane)) return true
  return false
}

/** What the collectors of this pane lack that say that there is nothing to look at. */
export function absentSources(world: World, pane: FactPane): readonly SourceFact[] {
  return [...world.source.values()].flatMap(({ key, value }) =>
    fills(key, pane) && value.state === 'absent' ? [value] : [],
  )
}

/** Whether no collector of this pane has anything to look at: then its figures are none, not 0. */
export function isAbsent(world: World, pane: FactPane): boolean {
  const states = [...world.source.values()].filter(({ key }) => fills(key, pane))
  return states.length > 0 && states.every(({ value }) => value.state === 'absent')
}
