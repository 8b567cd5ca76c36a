/** The model as GitHub's GraphQL shows it: executed against GitHub's own schema. */
import { graphql } from 'graphql'
import { LANE_ACCOUNT } from '../names.ts'
import { connection, type PageArguments } from './connection.ts'
import type { RepositoryModel } from './model.ts'
import type { Pull } from './pull.ts'
import type { RateLimit } from './rate-limit.ts'
import { githubSchema } from './schema.ts'
import { searchPulls } from './search.ts'

export interface GraphqlSource {
  repositories: readonly RepositoryModel[]
  rateLimit: RateLimit
  /** Base of the URLs in answers. */
  url(): string
  now: () => number
}

export interface GraphqlRequest {
  query: string
  variables: Record<string, unknown>
}

/** Executes one request. Errors stand in the result, as in GitHub's own with status 200. */
export async function executeGraphql(source: GraphqlSource, request: GraphqlRequest) {
  await Promise.all(source.repositories.map(repository => repository.refresh()))
  return graphql({
    schema: githubSchema(),
    source: request.query,
    variableValues: request.variables,
    rootValue: rootOf(source),
  })
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
const nodeId = (kind: string, ...parts: (string | number)[]): string =>
  `${kind}_${Buffer.from(parts.join('/')).toString('base64url')}`

type PullOrder = { field: 'CREATED_AT' | 'UPDATED_AT' | 'COMMENTS'; direction: 'ASC' | 'DESC' }
type PullState = 'OPEN' | 'CLOSED' | 'MERGED'
interface PullArguments extends PageArguments {
  states?: PullState[] | null
  orderBy?: PullOrder | null
  baseRefName?: string | null
  headRefName?: string | null
}

function stateOf(pull: Pull): PullState {
  if (pull.landed) return 'MERGED'
  return pull.closedAt === null ? 'OPEN' : 'CLOSED'
}

function rootOf(source: GraphqlSource) {
  const view = views(source)
  const limit = source.rateLimit
  return {
    viewer: view.user(LANE_ACCOUNT),
    rateLimit: () => ({
      limit: limit.limit,
      cost: 1,
      nodeCount: 0,
      remaining: limit.remaining(),
      used: limit.used(),
      resetAt: iso(limit.resetAt()),
    }),
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const fullName = `${owner}/${name}`
      const found = source.repositories.find(one => one.fullName === fullName)
      if (found) return view.repository(found)
      throw new Error(`Could not resolve to a Repository with the name '${fullName}'.`)
    },
    search: ({ query, ...page }: PageArguments & { query: string }) => {
      const found = searchPulls(source.repositories, query)
      const { totalCount, ...shown } = connection(found, page, ({ repository, pull }) =>
        view.pull(repository, pull),
      )
      return { ...shown, issueCount: totalCount }
    },
  }
}

function views(source: GraphqlSource) {
  const user = (login: string) => ({
    __typename: 'User',
    id: nodeId('U', login),
    login,
    url: `${source.url()}/${login}`,
  })

  const commit = (repository: RepositoryModel, oid: string) => ({
    __typename: 'Commit',
    id: nodeId('C', repository.fullName, oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    url: `${source.url()}/${repository.fullName}/commit/${oid}`,
    tree: async () => {
      const tree = await repository.treeOf(oid)
      return { __typename: 'Tree', id: nodeId('T', repository.fullName, tree), oid: tree }
    },
    statusCheckRollup: () => checks(repository, oid),
  })

  const ref = (repository: RepositoryModel, name: string, oid: string) => ({
    __typename: 'Ref',
    id: nodeId('REF', repository.fullName, name),
    name,
    prefix: 'refs/heads/',
    target: commit(repository, oid),
  })

  const checks = (repository: RepositoryModel, oid: string) => {
    const runs = repository.checks(oid)
    const run = repository.ci.runOf(oid)
    if (!run) return null
    return {
      id: nodeId('SCR', repository.fullName, oid),
      state: repository.rollup(oid),
      commit: commit(repository, oid),
      contexts: (page: PageArguments) => ({
        ...connection(runs, page, check => ({
          __typename: 'CheckRun',
          id: nodeId('CR', repository.fullName, oid, check.name),
          databaseId: run.id,
          name: check.name,
          status: check.status,
          conclusion: check.conclusion,
          startedAt: check.status === 'QUEUED' ? null : iso(check.startedAt),
          completedAt: check.completedAt === null ? null : iso(check.completedAt),
          url: `${source.url()}/${repository.fullName}/actions/runs/${run.id}`,
          isRequired: () => repository.rules.requiredChecks,
        })),
        checkRunCount: runs.length,
        statusContextCount: 0,
        checkRunCountsByState: countBy(runs.map(check => check.conclusion ?? check.status)),
        statusContextCountsByState: [],
      }),
    }
  }

  const pull = (repository: RepositoryModel, one: Pull) => {
    const state = stateOf(one)
    const stat = () => repository.diffStat(one)
    return {
      __typename: 'PullRequest',
      id: nodeId('PR', repository.fullName, one.number),
      number: one.number,
      title: one.title,
      body: one.body,
      bodyText: one.body,
      url: `${source.url()}/${repository.fullName}/pull/${one.number}`,
      repository: () => view.repository(repository),
      state,
      closed: state !== 'OPEN',
      merged: state === 'MERGED',
      isDraft: one.isDraft,
      isCrossRepository: false,
      isInMergeQueue: false,
      mergeQueueEntry: null,
      author: user(one.author),
      createdAt: iso(one.createdAt),
      updatedAt: iso(one.updatedAt),
      closedAt: state === 'OPEN' ? null : iso(one.landed?.at ?? one.closedAt ?? 0),
      mergedAt: one.landed ? iso(one.landed.at) : null,
      mergedBy: one.landed ? user(one.landed.by) : null,
      mergeCommit: one.landed ? commit(repository, one.landed.sha) : null,
      headRefName: one.branch,
      headRefOid: one.headSha,
      headRef: () => {
        const head = repository.heads().get(one.branch)
        return head === undefined ? null : ref(repository, one.branch, head)
      },
      baseRefName: one.base,
      baseRefOid: () => repository.tip(),
      baseRef: () => ref(repository, one.base, repository.tip()),
      reviewDecision: one.reviewDecision,
      mergeable: () => {
        const known = repository.mergeability(one)
        if (known === 'unknown') return 'UNKNOWN'
        return known.conflicts ? 'CONFLICTING' : 'MERGEABLE'
      },
      mergeStateStatus: () => repository.mergeState(one),
      statusCheckRollup: () => checks(repository, one.headSha),
      additions: async () => (await stat()).additions,
      deletions: async () => (await stat()).deletions,
      changedFiles: async () => (await stat()).changedFiles,
      labels: (page: PageArguments) =>
        connection(one.labels, page, name => ({
          id: nodeId('LA', repository.fullName, name),
          name,
          color: 'ededed',
        })),
      reviews: (page: PageArguments) =>
        connection(one.reviews, page, review => ({
          id: nodeId('PRR', repository.fullName, review.id),
          author: user(review.by),
          state: review.state,
          body: review.body,
          submittedAt: iso(review.at),
          commit: commit(repository, review.commit),
        })),
      comments: (page: PageArguments) =>
        connection(one.comments, page, comment => ({
          id: nodeId('IC', repository.fullName, comment.id),
          databaseId: comment.id,
          author: user(comment.by),
          body: comment.body,
          createdAt: iso(comment.at),
        })),
      commits: (page: PageArguments) =>
        connection([one.headSha], page, oid => ({
          id: nodeId('PRC', repository.fullName, one.number, oid),
          commit: commit(repository, oid),
        })),
    }
  }

  const repository = (one: RepositoryModel) => ({
    __typename: 'Repository',
    id: nodeId('R', one.fullName),
    name: one.name,
    nameWithOwner: one.fullName,
    owner: { ...user(one.owner), __typename: 'Organization' },
    url: `${source.url()}/${one.fullName}`,
    isPrivate: true,
    createdAt: iso(one.createdAt),
    defaultBranchRef: () => ref(one, 'main', one.tip()),
    mergeQueue: null,
    object: async ({ oid }: { oid?: string }) =>
      oid !== undefined && (await one.git.has(oid)) ? commit(one, oid) : null,
    pullRequest: ({ number }: { number: number }) => {
      const found = one.pulls().find(candidate => candidate.number === number)
      if (found) return pull(one, found)
      throw new Error(`Could not resolve to a PullRequest with the number of ${number}.`)
    },
    pullRequests: ({ states, orderBy, baseRefName, headRefName, ...page }: PullArguments) => {
      const wanted = one
        .pulls()
        .filter(candidate => !states?.length || states.includes(stateOf(candidate)))
        .filter(candidate => !baseRefName || candidate.base === baseRefName)
        .filter(candidate => !headRefName || candidate.branch === headRefName)
      return connection(sortPulls(wanted, orderBy), page, candidate => pull(one, candidate))
    },
  })

  const view = { user, pull, repository }
  return view
}

/** GitHub's own order, when none is asked for, is the oldest first. */
function sortPulls(pulls: readonly Pull[], order: PullOrder | null | undefined): Pull[] {
  const key = order?.field === 'UPDATED_AT' ? 'updatedAt' : 'createdAt'
  const sign = order?.direction === 'DESC' ? -1 : 1
  return [...pulls].sort((a, b) => sign * (a[key] - b[key] || a.number - b.number))
}

function countBy(states: readonly string[]) {
  const counts = new Map<string, number>()
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].map(([state, count]) => ({ state, count }))
}
