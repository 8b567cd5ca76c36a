/** What every part of a hub stands on: what is seen, what is remembered, and the clock. */
import type { Instant } from '../../state/facts.ts'
import type { Journal } from '../../state/journal/journal.ts'
import type { FactStore } from './fact-store.ts'

export interface HubBase {
  readonly facts: FactStore
  readonly journal: Journal
  now(): Instant
}
