import type { KnownLane } from '../policy/lane-target.ts'
import type { FactStore } from './fact-store.ts'

/** The lanes among facts, with their keys. */
export const knownLanes = (facts: Pick<FactStore, 'all'>): KnownLane[] =>
  facts
    .all(['lane'])
    .flatMap(({ kind, key, value }) => (kind === 'lane' && value ? [{ key, value }] : []))
