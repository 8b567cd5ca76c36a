/** What a person should know before answering: safety, deadline, and what happens by itself. */
import type { Instant } from '../facts.ts'
import { moment } from '../format.ts'
import type { DecisionFact } from '../rule-facts.ts'

const REVERSIBILITY: Readonly<Record<DecisionFact['reversibility'], string>> = {
  reversible: 'it can be undone',
  irreversible: 'it cannot be undone',
  unknown: 'whether it can be undone is not known',
}

export const reversibilityText = ({ reversibility }: Pick<DecisionFact, 'reversibility'>): string =>
  REVERSIBILITY[reversibility]

export function deadlineText(decision: DecisionFact, now: Instant): string | null {
  const { deadline, default: option } = decision
  if (deadline === null) return null
  const then = option === null ? 'nothing happens by itself' : `then ${JSON.stringify(option)}`
  return `until ${moment(deadline, now)}, ${then}`
}

/** Lines below the question. */
export const decisionNotes = (decision: DecisionFact, now: Instant): string[] =>
  [
    [reversibilityText(decision), deadlineText(decision, now)].filter(Boolean).join('; '),
    decision.why,
  ].filter(note => note !== null)
