import type { Fact } from '../../state/facts.ts'
import type { KnownLane } from '../policy/lane-target.ts'

/** The lanes among facts, with their keys. */
export const knownLanes = (facts: readonly Fact[]): KnownLane[] =>
  facts.flatMap(fact =>
    fact.kind === 'lane' && fact.value ? [{ key: fact.key, value: fact.value }] : [],
  )
