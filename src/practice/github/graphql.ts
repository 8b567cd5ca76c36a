/** The model as GitHub's GraphQL shows it: executed against GitHub's own schema. */
import { type GraphQLError, graphql } from 'graphql'
import type { Holder } from './access.ts'
import { connection, type PageArguments } from './connection.ts'
import { GraphqlFault } from './graphql-fault.ts'
import { mutations } from './graphql-mutations.ts'
import { views } from './graphql-views.ts'
import type { RepositoryModel } from './model.ts'
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
  holder: Holder
}

/** Executes one request. Errors stand in the result, as in GitHub's own with status 200. */
export async function executeGraphql(source: GraphqlSource, request: GraphqlRequest) {
  await Promise.all(source.repositories.map(repository => repository.refresh()))
  const { data, errors } = await graphql({
    schema: githubSchema(),
    source: request.query,
    variableValues: request.variables,
    rootValue: rootOf(source, request.holder),
  })
  return { ...(data === undefined ? {} : { data }), ...(errors && { errors: errors.map(errorOf) }) }
}

function errorOf({ message, path, locations, originalError }: GraphQLError) {
  const kind = originalError instanceof GraphqlFault ? { type: originalError.type } : {}
  return { ...kind, ...(path && { path }), ...(locations && { locations }), message }
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

function rootOf(source: GraphqlSource, holder: Holder) {
  const { repositories, now } = source
  const view = views({ url: source.url, now, holder })
  return {
    ...mutations({ repositories, view, holder, now }),
    viewer: view.user(holder.login),
    rateLimit: () => {
      const { resetAt, ...told } = source.rateLimit.of(holder.login, 'graphql')
      return { ...told, cost: 1, nodeCount: 0, resetAt: iso(resetAt) }
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const fullName = `${owner}/${name}`
      const found = repositories.find(one => one.fullName === fullName)
      if (found) return view.repository(found)
      const message = `Could not resolve to a Repository with the name '${fullName}'.`
      throw new GraphqlFault('NOT_FOUND', message)
    },
    search: ({ query, ...page }: PageArguments & { query: string }) => {
      const found = searchPulls(repositories, query)
      const { totalCount, ...shown } = connection(found, page, ({ repository, pull }) =>
        view.pull(repository, pull),
      )
      return { ...shown, issueCount: totalCount }
    },
  }
}
