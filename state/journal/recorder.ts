/**
 * Writes what changed in the world into the journal. What was last written about a thing is read
 * back from the journal itself, so a hub that starts again tells no old news, and does tell what
 * changed while none was running.
 */
import type { Fact } from '../facts.ts'
import type { JournalEntry } from '../journal-entry.ts'
import type { Journal } from './journal.ts'
import { factId, rememberedIn, type Seen, subjectOf, worthJournaling } from './seen.ts'

/** Entries of one subject that are looked through for the last one about this very fact. */
const LOOK_BACK = 200

interface Memory {
  subject: string
  seen: Seen | null
}

/** Returns what records a batch of changed facts, at the cost of one sync. Throws as `append`. */
export function worldRecorder(journal: Journal): (facts: readonly Fact[]) => void {
  const memories = new Map<string, Memory>()

  const recall = (id: string, subject: string): Memory => {
    const rows = journal.list({ kinds: ['seen'], subject, limit: LOOK_BACK })
    const seen = rows.map(row => rememberedIn(row, id)).findLast(found => found !== null)
    return { subject, seen: seen ?? null }
  }

  return facts => {
    const entries: JournalEntry[] = []
    const learned = new Map<string, Memory>()
    for (const fact of facts) {
      const id = factId(fact)
      const subject = subjectOf(fact)
      const memory =
        learned.get(id) ?? memories.get(id) ?? (subject === null ? null : recall(id, subject))
      if (memory === null) continue
      const news = worthJournaling(memory.seen, fact, memory.subject)
      learned.set(id, { subject: subject ?? memory.subject, seen: news?.seen ?? memory.seen })
      if (news) entries.push({ ...news.entry, at: fact.at, author: fact.source })
    }
    if (entries.length > 0) journal.appendAll(entries)
    for (const [id, memory] of learned) memories.set(id, memory)
    for (const fact of facts) if (fact.value === null) memories.delete(factId(fact))
  }
}
