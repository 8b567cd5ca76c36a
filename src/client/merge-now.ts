/** Merges a pull request on the word of a person who was just asked: the question, and its answer. */
import type { Answerer } from '../../state/answerer.ts'
import { MERGE } from '../policy/pull.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { doneText } from './done-text.ts'

interface Pull {
  repo: string
  number: number
  head: string
}

/** What came of it; refused is what is neither merged nor in GitHub's queue. */
export interface MergeCame {
  readonly text: string
  readonly isRefused: boolean
}

export async function mergeNow(hub: HubClient, pull: Pull, by: Answerer): Promise<MergeCame> {
  const asked = await hub.request('pull.merge', { ...pull, isDryRun: false, by })
  if (asked.kind !== 'asks') return { text: doneText(asked), isRefused: asked.kind !== 'done' }
  const { decision } = asked
  const answered = await hub.request('answer', { decision, answer: MERGE, reason: '', by })
  if (answered.kind === 'refused') {
    return { text: `${answered.message}: ${answered.mend}`, isRefused: true }
  }
  const came = answered.came ?? 'nothing is known of it yet'
  const { outcome } = answered
  return { text: `#${decision}: ${came}`, isRefused: outcome !== 'merged' && outcome !== 'queued' }
}
