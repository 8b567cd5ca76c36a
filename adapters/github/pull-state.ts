/** One pull request as it stands now, and GitHub's own queue: what is read before and after an act. */
import * as z from 'zod'
import type { QueueEntry } from '../../state/dock.ts'
import { QueueEntryState } from '../../state/dock.ts'
import type { GithubClient } from './client.ts'
import { Instant, parse } from './parse-answer.ts'

export interface PullNow {
  /** Its node, as GraphQL names it. */
  id: string
  state: 'open' | 'closed' | 'merged'
  head: string
  base: string
  isDraft: boolean
  /** Where it landed; null when it has not. */
  landed: { commit: string; by: string | null } | null
  /** Its place in GitHub's own queue; null when it has none. */
  entry: QueueEntry | null
}

const ENTRY = 'position state enqueuedAt estimatedTimeToMerge'

const PULL_QUERY = `
query pull($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id state headRefOid baseRefName isDraft
      mergeCommit { oid }
      mergedBy { login }
      mergeQueueEntry { ${ENTRY} }
    }
  }
}`

const QUEUE_QUERY = `
query queue($owner: String!, $name: String!, $branch: String!, $cursor: String) {
  repository(owner: $owner, name: $name) {
    mergeQueue(branch: $branch) {
      entries(first: 100, after: $cursor) {
        pageInfo { hasNextPage endCursor }
        nodes { ${ENTRY} pullRequest { number headRefOid } }
      }
    }
  }
}`

const Entry = z
  .object({
    position: z.number().int(),
    // A word of GitHub's that is new to us promises nothing.
    state: QueueEntryState.catch('UNKNOWN'),
    enqueuedAt: Instant,
    estimatedTimeToMerge: z.number().nullish(),
  })
  .transform(
    ({ estimatedTimeToMerge: seconds, ...entry }): QueueEntry => ({
      ...entry,
      etaMs: seconds === null || seconds === undefined ? null : seconds * 1_000,
    }),
  )

const PullAnswer = z.object({
  repository: z.object({
    pullRequest: z.object({
      id: z.string(),
      state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
      headRefOid: z.string(),
      baseRefName: z.string(),
      isDraft: z.boolean(),
      mergeCommit: z.object({ oid: z.string() }).nullish(),
      mergedBy: z.object({ login: z.string() }).nullish(),
      mergeQueueEntry: Entry.nullish(),
    }),
  }),
})

const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const

/** Rejects with RequestFault or AnswerFault. */
export async function readPull(client: GithubClient, number: number): Promise<PullNow> {
  const { data } = await client.ask(PULL_QUERY, { number })
  const { pullRequest } = parse(PullAnswer, data).repository
  const { id, state, headRefOid, baseRefName, isDraft, mergeCommit, mergedBy } = pullRequest
  return {
    id,
    state: STATES[state],
    head: headRefOid,
    base: baseRefName,
    isDraft,
    landed:
      state === 'MERGED' && mergeCommit
        ? { commit: mergeCommit.oid, by: mergedBy?.login ?? null }
        : null,
    entry: pullRequest.mergeQueueEntry ?? null,
  }
}

export interface QueuedPull extends QueueEntry {
  number: number
  head: string
}

const QueueAnswer = z.object({
  repository: z.object({
    mergeQueue: z
      .object({
        entries: z.object({
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
          nodes: z.array(
            z
              .intersection(
                Entry,
                z.object({
                  pullRequest: z
                    .object({ number: z.number().int(), headRefOid: z.string() })
                    .nullish(),
                }),
              )
              .nullable(),
          ),
        }),
      })
      .nullish(),
  }),
})

/** Its entries in their order; null when the branch has no queue. Rejects as above. */
export async function readQueue(
  client: GithubClient,
  branch: string,
): Promise<QueuedPull[] | null> {
  const all: QueuedPull[] = []
  for (let cursor: string | null = null; ; ) {
    const { data } = await client.ask(QUEUE_QUERY, { branch, cursor })
    const { mergeQueue } = parse(QueueAnswer, data).repository
    if (!mergeQueue) return null
    const { pageInfo, nodes } = mergeQueue.entries
    for (const node of nodes) {
      if (!node?.pullRequest) continue
      const { pullRequest, ...entry } = node
      all.push({ ...entry, number: pullRequest.number, head: pullRequest.headRefOid })
    }
    if (!pageInfo.hasNextPage) return all.toSorted((a, b) => a.position - b.position)
    cursor = pageInfo.endCursor
  }
}
