/**
 * What the gate needs of open pull requests and the list does not tell: text, reviews, and each
 * check by name. Checks are asked for apart: a token may be allowed the one and not the other.
 */
import * as z from 'zod'
import { type GithubClient, RequestFault } from './client.ts'
import { Instant, parse } from './parse-answer.ts'

export interface PullReview {
  by: string
  state: 'approved' | 'changes-requested' | 'commented'
  /** The commit that was looked at. */
  commit: string | null
}

export interface CheckState {
  name: string
  state: 'passed' | 'failed' | 'pending'
  /** When it ended, in ms; null while it has not. */
  at: number | null
  commit: string
}

export interface PullDetails {
  number: number
  head: string
  body: string
  /** Of the issues that its landing closes; those that may not be read are left out. */
  issues: { title: string; body: string }[]
  /** Its branch is in another repository. */
  isFork: boolean
  /** In the order in which they were given. */
  reviews: PullReview[]
  /** Null: the token may not read them. */
  checks: CheckState[] | null
}

const OPEN =
  'pullRequests(states: OPEN, first: 50, after: $cursor, orderBy: {field: CREATED_AT, direction: ASC})'

const DETAILS_QUERY = `
query details($owner: String!, $name: String!, $cursor: String) {
  repository(owner: $owner, name: $name) {
    open: ${OPEN} {
      pageInfo { hasNextPage endCursor }
      nodes {
        number headRefOid body isCrossRepository
        closingIssuesReferences(first: 5) { nodes { title body } }
        reviews(last: 50) { nodes { author { login } state commit { oid } } }
      }
    }
  }
}`

const ROLLUP = `
statusCheckRollup {
  contexts(first: 100) {
    pageInfo { hasNextPage }
    nodes {
      kind: __typename
      ... on CheckRun { name status conclusion completedAt }
      ... on StatusContext { context state createdAt }
    }
  }
}`

const CHECKS_QUERY = `
query checks($owner: String!, $name: String!, $cursor: String) {
  repository(owner: $owner, name: $name) {
    open: ${OPEN} {
      nodes { number commits(last: 1) { nodes { commit { oid ${ROLLUP} } } } }
    }
  }
}`

const aliasOf = (index: number): string => `c${index}`

/** Of that many commits, each a variable by the name of its alias. */
function commitsQuery(count: number): string {
  const aliases = Array.from({ length: count }, (_, index) => aliasOf(index))
  const given = aliases.map(alias => `, $${alias}: GitObjectID!`).join('')
  const asked = aliases.map(
    alias => `${alias}: object(oid: $${alias}) { ... on Commit { oid ${ROLLUP} } }`,
  )
  return `
query commits($owner: String!, $name: String!${given}) {
  repository(owner: $owner, name: $name) { ${asked.join('\n')} }
}`
}

const Context = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CheckRun'),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullish(),
    completedAt: Instant.nullish(),
  }),
  z.object({
    kind: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    createdAt: Instant,
  }),
])

const Commit = z.object({
  oid: z.string(),
  statusCheckRollup: z
    .object({
      contexts: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean() }),
        nodes: z.array(Context.nullable()),
      }),
    })
    .nullish(),
})

const Details = z.object({
  repository: z.object({
    open: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(
        z
          .object({
            number: z.number().int(),
            headRefOid: z.string(),
            body: z.string().nullish(),
            closingIssuesReferences: z
              .object({
                nodes: z.array(z.object({ title: z.string(), body: z.string() }).nullable()),
              })
              .nullish(),
            isCrossRepository: z.boolean(),
            reviews: z.object({
              nodes: z.array(
                z
                  .object({
                    author: z.object({ login: z.string() }).nullish(),
                    state: z.string(),
                    commit: z.object({ oid: z.string() }).nullish(),
                  })
                  .nullable(),
              ),
            }),
          })
          .nullable(),
      ),
    }),
  }),
})

const Checks = z.object({
  repository: z.object({
    open: z.object({
      nodes: z.array(
        z
          .object({
            number: z.number().int(),
            commits: z.object({ nodes: z.array(z.object({ commit: Commit }).nullable()) }),
          })
          .nullable(),
      ),
    }),
  }),
})

const OfCommits = z.object({ repository: z.record(z.string(), Commit.nullish()) })

const LONGEST_BODY = 20_000

/** Every open pull request. Rejects with RequestFault or AnswerFault. */
export async function readDetails(client: GithubClient): Promise<PullDetails[]> {
  const all: PullDetails[] = []
  for (let cursor: string | null = null; ; ) {
    const { data } = await client.ask(DETAILS_QUERY, { cursor })
    const checks = await checksByNumber(client, cursor)
    const { pageInfo, nodes } = parse(Details, data).repository.open
    for (const node of nodes) {
      if (node === null) continue
      all.push({
        number: node.number,
        head: node.headRefOid,
        isFork: node.isCrossRepository,
        body: (node.body ?? '').slice(0, LONGEST_BODY),
        issues: (node.closingIssuesReferences?.nodes ?? []).flatMap(issue =>
          issue ? [{ title: issue.title, body: issue.body.slice(0, LONGEST_BODY) }] : [],
        ),
        reviews: node.reviews.nodes.flatMap(review => (review ? reviewOf(review) : [])),
        checks: checks?.get(node.number) ?? null,
      })
    }
    if (!pageInfo.hasNextPage) return all
    cursor = pageInfo.endCursor
  }
}

/** So many commits cost one point together. */
const COMMITS_A_QUESTION = 20

/** Checks of each commit; null when they cannot be read. Rejects with RequestFault or AnswerFault. */
export async function readCommitChecks(
  client: GithubClient,
  commits: readonly string[],
): Promise<Map<string, CheckState[] | null>> {
  const all = new Map<string, CheckState[] | null>()
  for (let at = 0; at < commits.length; at += COMMITS_A_QUESTION) {
    const some = commits.slice(at, at + COMMITS_A_QUESTION)
    const oids = Object.fromEntries(some.map((commit, index) => [aliasOf(index), commit]))
    const { data, errors } = await client.ask(commitsQuery(some.length), oids)
    const told = errors.length > 0 ? null : parse(OfCommits, data).repository
    for (const [index, commit] of some.entries()) {
      const one = told?.[aliasOf(index)]
      all.set(commit, one ? checksOf(one) : told && [])
    }
  }
  return all
}

async function checksByNumber(
  client: GithubClient,
  cursor: string | null,
): Promise<Map<number, CheckState[]> | null> {
  try {
    const { data, errors } = await client.ask(CHECKS_QUERY, { cursor })
    if (errors.length > 0) return null
    const { nodes } = parse(Checks, data).repository.open
    return new Map(
      nodes.flatMap(node => {
        const commit = node?.commits.nodes.at(-1)?.commit
        const checks = commit ? checksOf(commit) : null
        return node && checks ? [[node.number, checks] as const] : []
      }),
    )
  } catch (error) {
    // Refused to this token; a network that fell is told by the request beside it.
    if (error instanceof RequestFault && error.failure.kind === 'graphql') return null
    throw error
  }
}

const STATES: Readonly<Record<string, PullReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
}

function reviewOf(review: {
  author?: { login: string } | null | undefined
  state: string
  commit?: { oid: string } | null | undefined
}): PullReview[] {
  const state = STATES[review.state]
  if (state === undefined) return []
  return [{ by: review.author?.login ?? 'ghost', state, commit: review.commit?.oid ?? null }]
}

const PASSED = new Set(['SUCCESS', 'NEUTRAL', 'SKIPPED'])

/** Null when there are more than one answer holds: what is not seen is not taken for green. */
function checksOf({ oid, statusCheckRollup }: z.infer<typeof Commit>): CheckState[] | null {
  if (statusCheckRollup?.contexts.pageInfo.hasNextPage) return null
  return (statusCheckRollup?.contexts.nodes ?? []).flatMap((node): CheckState[] => {
    if (node === null) return []
    if (node.kind === 'StatusContext') {
      const { context: name, state: word, createdAt } = node
      const isOpen = word === 'PENDING' || word === 'EXPECTED'
      const state = isOpen ? 'pending' : word === 'SUCCESS' ? 'passed' : 'failed'
      return [{ name, state, at: isOpen ? null : createdAt, commit: oid }]
    }
    const { name, status, conclusion, completedAt } = node
    if (status !== 'COMPLETED') return [{ name, state: 'pending', at: null, commit: oid }]
    const state = PASSED.has(conclusion ?? '') ? 'passed' : 'failed'
    return [{ name, state, at: completedAt ?? null, commit: oid }]
  })
}
