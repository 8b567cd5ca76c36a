/** Who carries the work: tokens of the lanes that were active since an instant, by engine. */
import type { Instant, LaneFact } from './facts.ts'
import { percent, short } from './format.ts'
import { ENGINES, type Engine } from './words.ts'

export interface EngineShare {
  readonly engine: Engine
  readonly tokens: number
  /** Part of all tokens, from 0 to 1. */
  readonly part: number
}

const costOf = (lane: LaneFact, since: Instant): number =>
  lane.activeAt !== null && lane.activeAt >= since ? (lane.tokens ?? 0) : 0

/**
 * The larger share first; empty when none spent a token. A lane's tokens run over its whole
 * thread: they count for the day on which it was last active.
 */
export function tokenShares(lanes: Iterable<LaneFact>, since: Instant): readonly EngineShare[] {
  const spent = new Map<Engine, number>(ENGINES.map(engine => [engine, 0]))
  for (const lane of lanes) {
    spent.set(lane.engine, (spent.get(lane.engine) ?? 0) + costOf(lane, since))
  }
  const all = [...spent.values()].reduce((sum, tokens) => sum + tokens, 0)
  if (all === 0) return []
  return [...spent]
    .map(([engine, tokens]) => ({ engine, tokens, part: tokens / all }))
    .sort((a, b) => b.tokens - a.tokens)
}

export interface MissedShare {
  readonly engine: Engine
  /** `codex at least 80 % of tokens`. */
  readonly rule: string
  /** How it stands, and the lanes of the others that cost most. */
  readonly text: string
}

const COSTLIEST = 3

/** The shares that are missed. Nobody misses anything while no token was spent. */
export function missedShares(
  lanes: readonly LaneFact[],
  since: Instant,
  least: Readonly<Partial<Record<Engine, number>>>,
): readonly MissedShare[] {
  return tokenShares(lanes, since).flatMap(({ engine, part }) => {
    const wanted = least[engine] ?? 0
    if (part >= wanted) return []
    const costliest = lanes
      .filter(lane => lane.engine !== engine && costOf(lane, since) > 0)
      .sort((a, b) => costOf(b, since) - costOf(a, since) || (a.name < b.name ? -1 : 1))
      .slice(0, COSTLIEST)
      .map(lane => `${lane.name} ${short(costOf(lane, since))}`)
    return {
      engine,
      rule: `${engine} at least ${percent(wanted, 1)} of tokens`,
      text: `${percent(part, 1)} today; most cost ${costliest.join(', ')}`,
    }
  })
}
