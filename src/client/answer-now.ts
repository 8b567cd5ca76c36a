/** Answers a question on the word of a person who was just asked it. */
import type { Answerer } from '../../state/answerer.ts'
import type { Done } from '../rpc/act-api.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { doneText } from './done-text.ts'

export interface NowCame {
  readonly text: string
  /** The outcome's word in the journal; null while there is none, `done` where nobody was asked. */
  readonly outcome: string | null
  readonly isRefused: boolean
}

/** What came of an act that may have been a question. */
export async function answerNow(
  hub: HubClient,
  asked: Done,
  answer: string,
  by: Answerer,
): Promise<NowCame> {
  if (asked.kind !== 'asks') {
    const isDone = asked.kind === 'done'
    return { text: doneText(asked), outcome: isDone ? 'done' : null, isRefused: !isDone }
  }
  const { decision } = asked
  const answered = await hub.request('answer', { decision, answer, reason: '', by })
  if (answered.kind === 'refused') {
    return { text: `${answered.message}: ${answered.mend}`, outcome: null, isRefused: true }
  }
  const came = answered.came ?? 'nothing is known of it yet'
  return { text: `#${decision}: ${came}`, outcome: answered.outcome, isRefused: false }
}
