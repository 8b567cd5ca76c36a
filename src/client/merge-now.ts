/** Merges a pull request on the word of a person who was just asked: the question, and its answer. */
import type { Answerer } from '../../state/answerer.ts'
import { MERGE } from '../policy/pull.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { answerNow } from './answer-now.ts'

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
  const { text, outcome, isRefused } = await answerNow(hub, asked, MERGE, by)
  return { text, isRefused: isRefused || !LANDS.has(outcome) }
}

/** `done` is of one that asked nobody. */
const LANDS: ReadonlySet<string | null> = new Set(['done', 'merged', 'queued'])
