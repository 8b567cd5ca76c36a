/** Takes an answer to a decision: policy first, then the journal, with who answered. */
import { judgeAnswer } from '../policy/answer.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { HubParts } from './hub-parts.ts'

/** Throws JournalFault: an answer that is not on record is none. */
export function answerDecision(
  { facts, journal, now }: Pick<HubParts, 'facts' | 'journal' | 'now'>,
  { decision: seq, answer, reason, by }: HubParams<'answer'>,
): HubResult<'answer'> {
  const decision = facts.value('decision', String(seq))
  const verdict = judgeAnswer(decision, answer, by)
  if (verdict.kind === 'refused') return verdict
  const row = journal.append({
    at: now(),
    kind: 'answer',
    author: `${by.user}@${by.host}`,
    subject: '',
    text: verdict.option,
    data: { decision: seq, reason, by },
  })
  return { kind: 'answered', row }
}
