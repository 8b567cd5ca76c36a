/** What a route of REST is asked with, and how it may answer. */
import type { Holder, Role } from './access.ts'
import { restPage } from './connection.ts'
import type { RepositoryModel } from './model.ts'
import type { Pull } from './pull.ts'

export interface RestSource {
  repositories: readonly RepositoryModel[]
  url(): string
  now: () => number
}

export interface RestAnswer {
  status: number
  body: unknown
  link?: string | null
  headers?: Record<string, string>
}

export interface RestCall {
  source: RestSource
  repository: RepositoryModel
  url: URL
  /** What the parentheses of the route's path held. */
  parts: readonly string[]
  body: unknown
  holder: Holder
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** What follows `/repos/{owner}/{repo}`. */
  path: RegExp
  needs: Role
  handler(call: RestCall): Promise<RestAnswer> | RestAnswer
}

export const problem = (status: number, message: string): RestAnswer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})

export const notFound = (): RestAnswer => problem(404, 'Not Found')
export const unreachable = (): RestAnswer =>
  problem(403, 'Resource not accessible by personal access token')

/** The pull request that a route's first part names. */
export const pullOf = ({ repository, parts }: RestCall): Pull | undefined =>
  repository.pulls().find(({ number }) => number === Number(parts[0]))

/** One page of a list, each of its items shown by `view`. */
export function listed<T>(
  call: RestCall,
  list: readonly T[],
  view: (one: T) => unknown,
): RestAnswer {
  const { source, url } = call
  const { items, link } = restPage(list, new URL(url.pathname + url.search, source.url()))
  return { status: 200, body: items.map(view), link }
}

/** One page of a list that tells its whole length beside itself, under a name of its own. */
export function counted<T>(
  { source, url }: RestCall,
  name: string,
  list: readonly T[],
  view: (one: T) => unknown,
): RestAnswer {
  const { items, link } = restPage(list, new URL(url.pathname + url.search, source.url()))
  return { status: 200, body: { total_count: list.length, [name]: items.map(view) }, link }
}

/** A branch or a commit, as it was named. */
export function commitNamed({ repository }: RestCall, name: string): string | null {
  if (/^[0-9a-f]{40}$/.test(name)) return name
  return repository.heads().get(name) ?? null
}
