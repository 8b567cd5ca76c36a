/** Writes what changed in the world into the journal: transitions, not every delta. */
import type { Journal } from '../../state/journal/journal.ts'
import { worthJournaling } from '../../state/journal/seen.ts'
import type { FactStore } from './fact-store.ts'

export function journalWorld(facts: FactStore, journal: Journal): void {
  facts.onChange(changes => {
    for (const { previous, next } of changes) {
      const entry = worthJournaling(previous, next)
      if (entry) journal.append({ ...entry, at: next.at, author: next.source })
    }
  })
}
