/** Reads one repository whole: its open pull requests page by page, and what landed last. */
import type { LandingFact } from '../../state/facts.ts'
import {
  isAboutChecks,
  type PartialError,
  type PullDraft,
  readCounts,
  readPulls,
} from './answers.ts'
import { type GithubClient, RequestFault } from './client.ts'
import { AnswerFault } from './parse-answer.ts'
import { COUNTS_QUERY, PULLS_QUERY } from './queries.ts'

export interface RepositoryView {
  pulls: PullDraft[]
  landings: LandingFact[]
}

/** 5,000 pull requests: more than that is no queue any more. */
const MAX_PAGES = 100

/** Rejects with RequestFault, or AnswerFault: what is read in part would take the rest for gone. */
export async function readRepository(client: GithubClient, repo: string): Promise<RepositoryView> {
  const view: RepositoryView = { pulls: [], landings: [] }
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await client.ask(PULLS_QUERY, { cursor, landed: page === 0 })
    const fault = answer.errors.find(error => !isAboutChecks(error))
    if (fault) throw graphqlFault(fault)
    const { pulls, landings, next } = readPulls(repo, answer.data, answer.errors)
    view.pulls.push(...(await withCounts(client, cursor, pulls)))
    view.landings.push(...landings)
    if (next === null) return view
    cursor = next
  }
  throw new AnswerFault(`to its end: it has more than ${view.pulls.length} open pull requests`)
}

const graphqlFault = ({ type, message }: PartialError): RequestFault =>
  new RequestFault({ kind: 'graphql', types: [type], headers: new Map(), message })

/** A token that may not read the counts still reads the rest. */
async function withCounts(
  client: GithubClient,
  cursor: string | null,
  pulls: PullDraft[],
): Promise<PullDraft[]> {
  if (!pulls.some(({ checks }) => checks !== 'none' && checks !== 'unreadable')) return pulls
  const counts = await client.ask(COUNTS_QUERY, { cursor }).then(
    ({ data }) => readCounts(data),
    error => {
      if (error instanceof RequestFault && error.failure.kind === 'graphql') return readCounts(null)
      throw error
    },
  )
  return pulls.map(pull => {
    const count = counts.get(pull.number)
    return count ? { ...pull, checksDone: count.done, checksTotal: count.total } : pull
  })
}
