/** What GraphQL may change, by GitHub's published schema. */
import { type Holder, mayAs, type Role } from './access.ts'
import { GraphqlFault, nodeId, partsOfId } from './graphql-fault.ts'
import type { views } from './graphql-views.ts'
import type { RepositoryModel } from './model.ts'
import type { Pull } from './pull.ts'
import { addComment } from './talk.ts'

export interface MutationSource {
  repositories: readonly RepositoryModel[]
  view: ReturnType<typeof views>
  holder: Holder
  now: () => number
}

interface Input<Fields> {
  input: Fields & { clientMutationId?: string | null }
}

export function mutations({ repositories, view, holder, now }: MutationSource) {
  const needs = (role: Role): void => {
    if (mayAs(holder, role)) return
    throw new GraphqlFault('FORBIDDEN', 'Resource not accessible by personal access token')
  }
  const pullOf = (id: string): { repository: RepositoryModel; pull: Pull } => {
    const [owner, name, number] = partsOfId('PR', id)
    const repository = repositories.find(one => one.fullName === `${owner}/${name}`)
    const pull = repository?.pulls().find(one => one.number === Number(number))
    if (repository && pull) return { repository, pull }
    throw new GraphqlFault('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)
  }
  return {
    addComment: ({ input }: Input<{ subjectId: string; body: string }>) => {
      needs('review')
      const { repository, pull } = pullOf(input.subjectId)
      const said = addComment(pull, holder.login, input.body, now())
      const { clientMutationId = null } = input
      const node = view.comment(repository, said)
      const edge = { cursor: nodeId('cursor', said.id), node }
      return {
        clientMutationId,
        commentEdge: edge,
        timelineEdge: edge,
        subject: view.pull(repository, pull),
      }
    },
    enqueuePullRequest: async ({
      input,
    }: Input<{
      pullRequestId: string
      expectedHeadOid?: string | null
      jump?: boolean | null
    }>) => {
      needs('merge')
      const { repository, pull } = pullOf(input.pullRequestId)
      const how = { head: input.expectedHeadOid ?? undefined, jump: input.jump ?? false }
      const entry = await attempt(() => repository.enqueue(pull, holder.login, how))
      const { clientMutationId = null } = input
      return { clientMutationId, mergeQueueEntry: view.entry(repository, entry) }
    },
    dequeuePullRequest: async ({ input }: Input<{ id: string }>) => {
      needs('merge')
      const { repository, pull } = pullOf(input.id)
      const entry = await attempt(() => repository.dequeue(pull))
      const { clientMutationId = null } = input
      return { clientMutationId, mergeQueueEntry: view.entry(repository, entry) }
    },
    updatePullRequestBranch: async ({
      input,
    }: Input<{
      pullRequestId: string
      expectedHeadOid?: string | null
      updateMethod?: 'MERGE' | 'REBASE' | null
    }>) => {
      needs('review')
      const { repository, pull } = pullOf(input.pullRequestId)
      const method = input.updateMethod === 'REBASE' ? 'rebase' : 'merge'
      const sha = input.expectedHeadOid ?? undefined
      await attempt(() => repository.updateHead(pull, { method, sha }))
      const { clientMutationId = null } = input
      return { clientMutationId, pullRequest: view.pull(repository, pull) }
    },
    mergePullRequest: async ({
      input,
    }: Input<{
      pullRequestId: string
      expectedHeadOid?: string | null
      mergeMethod?: 'MERGE' | 'SQUASH' | 'REBASE' | null
    }>) => {
      needs('merge')
      const { repository, pull } = pullOf(input.pullRequestId)
      const method = METHODS[input.mergeMethod ?? 'MERGE']
      const sha = input.expectedHeadOid ?? undefined
      await attempt(() => repository.merge(pull.number, holder.login, { method, sha }))
      const { clientMutationId = null } = input
      return { clientMutationId, pullRequest: view.pull(repository, pull) }
    },
  }
}

const METHODS = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** What the model refuses is told in its words. */
async function attempt<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const isOurs = error instanceof GraphqlFault
    throw isOurs ? error : new GraphqlFault('UNPROCESSABLE', messageOf(error))
  }
}
