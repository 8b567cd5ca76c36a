/** Whether pull requests are open, many of them in one question. */
import * as z from 'zod'
import type { GithubClient } from './client.ts'
import { parse } from './parse-answer.ts'

const A_QUESTION = 50

const Answer = z.object({
  repository: z.record(
    z.string(),
    z.object({ number: z.number().int(), state: z.enum(['OPEN', 'CLOSED', 'MERGED']) }).nullish(),
  ),
})

const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const

/** What is not among them is none of the repository's. Rejects with RequestFault or AnswerFault. */
export async function readStates(
  client: GithubClient,
  numbers: readonly number[],
): Promise<Map<number, 'open' | 'closed' | 'merged'>> {
  const states = new Map<number, 'open' | 'closed' | 'merged'>()
  for (let at = 0; at < numbers.length; at += A_QUESTION) {
    const some = numbers.slice(at, at + A_QUESTION)
    const parts = some.map(number => `p${number}: pullRequest(number: ${number}) { number state }`)
    const { data } = await client.ask(
      `query states($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ${parts.join(' ')} }
}`,
      {},
    )
    for (const pull of Object.values(parse(Answer, data).repository)) {
      if (pull) states.set(pull.number, STATES[pull.state])
    }
  }
  return states
}
