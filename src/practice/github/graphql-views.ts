/** The model as GitHub's GraphQL shows it: its objects, whose fields are asked for one by one. */
import type { Holder } from './access.ts'
import { connection, type PageArguments } from './connection.ts'
import { GraphqlFault, nodeId } from './graphql-fault.ts'
import type { RepositoryModel } from './model.ts'
import { type Comment, type Pull } from './pull.ts'
import type { Entry } from './queue.ts'

export interface ViewSource {
  url(): string
  now: () => number
  holder: Holder
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

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

export function views(source: ViewSource) {
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
        ...connection(runs, page, check =>
          source.holder.mayReadChecks
            ? {
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
              }
            : unreadable(),
        ),
        checkRunCount: runs.length,
        statusContextCount: 0,
        checkRunCountsByState: countBy(runs.map(check => check.conclusion ?? check.status)),
        statusContextCountsByState: [],
      }),
    }
  }

  const comment = (repository: RepositoryModel, said: Comment) => ({
    __typename: 'IssueComment',
    id: nodeId('IC', repository.fullName, said.id),
    databaseId: said.id,
    author: user(said.by),
    body: said.body,
    createdAt: iso(said.at),
  })

  const entry = (repository: RepositoryModel, one: Entry) => {
    const at = repository.queue.entries().indexOf(one)
    return {
      __typename: 'MergeQueueEntry',
      id: nodeId('MQE', repository.fullName, one.id),
      position: at < 0 ? 0 : at + 1,
      state: one.state,
      enqueuedAt: iso(one.enqueuedAt),
      estimatedTimeToMerge: at < 0 ? null : waitOf(repository, one, at),
      enqueuer: user(one.by),
      jump: one.jump,
      solo: false,
      baseCommit: one.group && commit(repository, one.group.base),
      headCommit: one.group && commit(repository, one.group.commit),
      mergeQueue: () => queue(repository),
      pullRequest: () => pull(repository, one.pull),
    }
  }

  /** Seconds until an entry would land if nothing before it is red. */
  const waitOf = ({ ci, rules }: RepositoryModel, one: Entry, at: number): number => {
    const run = one.group && ci.runOf(one.group.commit)
    const end = run && typeof run.endsAt === 'number' ? run.endsAt : null
    if (end !== null) return Math.max(0, Math.ceil((end - source.now()) / 1000))
    const rounds = Math.ceil((at + 1) / Math.max(1, rules.queue?.maxEntriesToBuild ?? 1))
    return Math.ceil((rounds * ci.durationMs) / 1000)
  }

  const queue = (repository: RepositoryModel) => {
    const { queue: rules } = repository.rules
    if (!rules) return null
    const first = repository.queue.entries()[0]
    const url = `${source.url()}/${repository.fullName}/queue/main`
    return {
      id: nodeId('MQ', repository.fullName),
      url,
      resourcePath: new URL(url).pathname,
      repository: () => view.repository(repository),
      nextEntryEstimatedTimeToMerge: first ? waitOf(repository, first, 0) : null,
      configuration: {
        maximumEntriesToBuild: rules.maxEntriesToBuild,
        maximumEntriesToMerge: rules.maxEntriesToMerge,
        mergeMethod: rules.method.toUpperCase(),
        mergingStrategy: 'ALLGREEN',
      },
      entries: (page: PageArguments) =>
        connection(repository.queue.entries(), page, one => entry(repository, one)),
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
      isInMergeQueue: () => repository.queue.entryOf(one) !== null,
      isMergeQueueEnabled: repository.rules.queue !== null,
      mergeQueueEntry: () => {
        const found = repository.queue.entryOf(one)
        return found && entry(repository, found)
      },
      mergeQueue: () => queue(repository),
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
      closingIssuesReferences: (page: PageArguments) =>
        connection(closedBy(repository, one), page, ({ number, title, body }) => ({
          id: nodeId('I', repository.fullName, number),
          number,
          title,
          body,
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
        connection(one.comments, page, said => comment(repository, said)),
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
    mergeQueue: () => queue(one),
    object: async ({ oid }: { oid?: string }) =>
      oid !== undefined && (await one.git.has(oid)) ? commit(one, oid) : null,
    pullRequest: ({ number }: { number: number }) => {
      const found = one.pulls().find(candidate => candidate.number === number)
      if (found) return pull(one, found)
      throw new GraphqlFault(
        'NOT_FOUND',
        `Could not resolve to a PullRequest with the number of ${number}.`,
      )
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

  const view = { user, pull, comment, entry, repository }
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

/** An error in place of a check: GraphQL tells the rest beside it. */
const unreadable = () =>
  new GraphqlFault('FORBIDDEN', 'Resource not accessible by personal access token')

/** By the words that GitHub takes for a link. */
function closedBy({ issues }: RepositoryModel, { body }: Pull) {
  const words = body.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b/gi)
  return [...words].flatMap(([, text]) => {
    const number = Number(text)
    const issue = issues.get(number)
    return issue ? [{ number, ...issue }] : []
  })
}
