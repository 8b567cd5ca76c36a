/**
 * Keeps journal and facts in step: transitions of the world are written, and the decisions that
 * the journal holds are facts like any other. A journal that refuses is itself a red source; the
 * screens go on.
 */
import type { Instant } from '../../state/facts.ts'
import { decisionDraft, openDecisions } from '../../state/journal/decisions.ts'
import { JournalFault } from '../../state/journal/fault.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { worldRecorder } from '../../state/journal/recorder.ts'
import type { FactStore } from './fact-store.ts'

const SOURCE = 'journal'
/** It is looked at on each write. */
const PERIOD_MS = 0

export function journalWorld(facts: FactStore, journal: Journal, now: () => Instant): void {
  const record = worldRecorder(journal)
  let told: string | null | undefined
  const tell = (message: string | null) => {
    if (message === told) return
    told = message
    const at = now()
    const value = {
      state: message === null ? ('ok' as const) : ('error' as const),
      since: at,
      lookedAt: at,
      periodMs: PERIOD_MS,
      message,
      mend:
        message === null ? null : 'acts are refused until it is mended: see `dockmaster status`',
    }
    facts.put(SOURCE, [{ kind: 'source', key: SOURCE, at, value }])
  }

  tell(journal.status().message)
  facts.onChange(changes => {
    const seen = changes.map(change => change.next).filter(fact => fact.source !== SOURCE)
    if (seen.length === 0) return
    const stopped = journal.status().message
    if (stopped !== null) return tell(stopped)
    try {
      record(seen)
      tell(null)
    } catch (error) {
      if (!(error instanceof JournalFault)) throw error
      tell(error.message)
    }
  })
  if (journal.status().message !== null) return
  // Opening checked the end of the chain; the rest is checked while the screens come up.
  journal.verify().then(
    ({ fault }) => tell(fault),
    () => undefined,
  )
  facts.put(SOURCE, openDecisions(journal.unsettled('decision')))
  journal.follow({ kinds: ['decision', 'answer'] }, row => {
    const draft = decisionDraft(row)
    if (draft) facts.put(SOURCE, [draft])
  })
}
