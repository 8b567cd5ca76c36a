/**
 * Decisions as the journal holds them. A `decision` entry has the question as its text and
 * DecisionData as its data; an `answer` names the decision's seq as `data.decision`
 * and has the answer as its text.
 */
import * as z from 'zod'
import { BoxRemoveAct, DiscardAct, LockRemoveAct, PullMergeAct } from '../act.ts'
import { type FactDraft, Instant } from '../facts.ts'
import type { JournalRow } from '../journal-entry.ts'
import { DecisionFact } from '../rule-facts.ts'

/** Data of a decision entry; what is missing or misshapen is left out, the question stays. */
export const DecisionData = z.object({
  options: z.array(z.string()).catch([]),
  deadline: Instant.nullable().catch(null),
  default: z.string().nullable().catch(null),
  reversibility: DecisionFact.shape.reversibility.catch('unknown'),
  why: z.string().nullable().catch(null),
  url: z.string().nullable().catch(null),
})
export type DecisionData = z.infer<typeof DecisionData>

/** Data of a decision that the hub itself made: what is done when it is answered with `approve`. */
export const DecidedAct = z.object({
  act: z.discriminatedUnion('act', [DiscardAct, PullMergeAct, LockRemoveAct, BoxRemoveAct]),
  approve: z.string(),
})
export type DecidedAct = z.infer<typeof DecidedAct>

export type DecisionDraft = Extract<FactDraft, { kind: 'decision' }>

/** The draft that an entry gives rise to: a decision opens, an answer closes; null for others. */
export function decisionDraft(row: JournalRow): DecisionDraft | null {
  if (row.kind === 'answer') {
    const { decision } = row.data
    if (typeof decision !== 'number') return null
    return { kind: 'decision', key: String(decision), at: row.at, value: null }
  }
  if (row.kind !== 'decision') return null
  const { at, author, text: question } = row
  const data = DecisionData.parse(row.data)
  const value = { ...data, question, answer: null, author, openedAt: at }
  return { kind: 'decision', key: String(row.seq), at, value }
}

/** The decisions among `rows` that no answer among them settles, in the order they were asked. */
export function openDecisions(rows: Iterable<JournalRow>): DecisionDraft[] {
  const open = new Map<string, DecisionDraft>()
  for (const row of rows) {
    const draft = decisionDraft(row)
    if (draft === null) continue
    if (draft.value === null) open.delete(draft.key)
    else open.set(draft.key, draft)
  }
  return [...open.values()]
}
