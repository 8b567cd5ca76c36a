/**
 * What the checks of briefs came to, as the journal holds it. The host tells such claims as
 * unverified, each time anew: here they get what is on record, so that a hub that starts again
 * knows it too.
 */
import * as z from 'zod'
import { type FactDraft, Instant } from '../../state/facts.ts'
import type { Journal } from '../../state/journal/journal.ts'
import type { JournalRow } from '../../state/journal-entry.ts'

export const CHECK_ACT = 'lane.check'

/** Data of the outcome of a check. */
const Checked = z.object({
  act: z.literal(CHECK_ACT),
  /** Key of the claim, and which end of its lane it was of. */
  claim: z.string(),
  madeAt: Instant,
  outcome: z.enum(['verified', 'refuted', 'unknown']),
})

export interface Verdicts {
  /** Learns from an outcome. */
  take(row: JournalRow): void
  /** The drafts, with what is on record of their claims. */
  settled(drafts: readonly FactDraft[]): FactDraft[]
}

/** Outcomes that are looked through when a hub starts. */
const LOOK_BACK = 5_000

export function verdictsOf(journal: Journal): Verdicts {
  const known = new Map<string, z.infer<typeof Checked> & { output: string; at: Instant }>()
  const verdicts: Verdicts = {
    take({ data, text: output, at }) {
      const checked = Checked.safeParse(data).data
      if (checked) known.set(checked.claim, { ...checked, output, at })
    },
    settled: drafts =>
      drafts.map(draft => {
        if (draft.kind !== 'claim' || draft.value?.check !== 'command') return draft
        const { value } = draft
        const found = known.get(draft.key)
        if (found?.madeAt !== value.madeAt) return draft
        const { outcome, output, at } = found
        const state = outcome === 'unknown' ? ('unverified' as const) : outcome
        return { ...draft, value: { ...value, state, output, checkedAt: at } }
      }),
  }
  // One that refuses stops acts, never screens: nothing is known from it then.
  if (journal.status().message !== null) return verdicts
  for (const row of journal.list({ kinds: ['outcome'], limit: LOOK_BACK })) verdicts.take(row)
  return verdicts
}
