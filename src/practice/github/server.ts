/**
 * The GitHub-like server on loopback: authorization, faults, conditional requests and rate limits
 * around the GraphQL, REST and git views of one model.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { LANE_ACCOUNT } from '../names.ts'
import { type Access, accessOf, type Holder, mayAs, type TokenPlan } from './access.ts'
import { type Fault, type Faults, faults } from './faults.ts'
import { gitServer, isPush } from './git-http.ts'
import { executeGraphql } from './graphql.ts'
import { cut, failWith, parseJson, readBytes } from './http.ts'
import type { RepositoryModel } from './model.ts'
import { GITHUB_HOURLY, type HourlyLimits, type Resource, rateLimit } from './rate-limit.ts'
import { answerRest } from './rest.ts'
import { problem, type RestAnswer } from './rest-call.ts'
import { githubSchema } from './schema.ts'
import { GITHUB_LIMITS, type SecondaryLimits, secondaryLimit } from './secondary-limit.ts'

export interface GithubServer {
  /** `http://127.0.0.1:<port>`: base of REST; GraphQL is at `/graphql`, git at `/<owner>/<name>.git`. */
  readonly url: string
  readonly repositories: readonly RepositoryModel[]
  readonly faults: Faults
  readonly access: Access
  /** The secondary limits; a test may change them. */
  readonly limits: SecondaryLimits
  /** The primary ones; so too. */
  readonly hourly: HourlyLimits
  /** Points that all holders have spent since it began. */
  spent(): Record<Resource, number>
  /** Requests of its API answered, by status, git's not among them: 304s are free and tell a careful client. */
  counters(): Record<string, number>
  close(): Promise<void>
}

export interface GithubOptions {
  repositories: readonly RepositoryModel[]
  /** Of the lanes' account, which may do everything. */
  token: string
  tokens?: readonly TokenPlan[]
  now: () => number
}

const MAX_BODY = 1_000_000
const MAX_PUSH = 64 * 2 ** 20
const GIT_PATH = /^\/([^/]+\/[^/]+)\.git(\/.*)$/

const GraphqlBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})

/** A request that was read whole. */
interface Asked {
  request: IncomingMessage
  at: URL
  bytes: Buffer
}

export async function startGithub(options: GithubOptions): Promise<GithubServer> {
  const { repositories, now } = options
  // Built now, so that a build without its schema fails here and not at the first question.
  githubSchema()
  const injected = faults()
  const hourly = { ...GITHUB_HOURLY }
  const limit = rateLimit(now, () => hourly)
  const spent: Record<Resource, number> = { core: 0, graphql: 0 }
  const limits = { ...GITHUB_LIMITS }
  const secondary = secondaryLimit(now, () => limits)
  const main: TokenPlan = { token: options.token, login: LANE_ACCOUNT, role: 'merge' }
  const access = accessOf([main, ...(options.tokens ?? [])])
  const counts: Record<string, number> = {}
  let url = ''
  const git = gitServer()
  const source = { repositories, rateLimit: limit, url: () => url, now }
  const count = (status: number) => {
    counts[status] = (counts[status] ?? 0) + 1
  }

  const send = (request: IncomingMessage, response: ServerResponse, answer: RestAnswer) => {
    const text = JSON.stringify(answer.body)
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`
    // Node's fetch adds cache-control: no-cache; GitHub answers 304 all the same.
    const fresh = request.headers['if-none-match'] === etag && answer.status === 200
    const status = fresh ? 304 : answer.status
    const login = access.holderOf(request.headers.authorization)?.login ?? NOBODY
    const resource = resourceOf(request.url)
    // Who is refused for want of points has none to spend.
    if (!fresh && limit.of(login, resource).remaining > 0) {
      limit.spend(login, resource, 1)
      spent[resource] += 1
    }
    const allowance = limit.of(login, resource)
    count(status)
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      date: new Date(now()).toUTCString(),
      etag,
      ...(answer.link ? { link: answer.link } : {}),
      'x-ratelimit-limit': String(allowance.limit),
      'x-ratelimit-remaining': String(allowance.remaining),
      'x-ratelimit-used': String(allowance.used),
      'x-ratelimit-reset': String(Math.ceil(allowance.resetAt / 1000)),
      'x-ratelimit-resource': resource,
      ...answer.headers,
    }
    response.writeHead(status, headers).end(fresh ? undefined : text)
  }

  const answerGraphql = async (bytes: Buffer, holder: Holder): Promise<RestAnswer> => {
    const body = GraphqlBody.safeParse(parseJson(bytes.toString('utf8')))
    if (!body.success) return problem(400, 'Problems parsing JSON')
    const { query, variables } = body.data
    const asked = { query, variables: variables ?? {}, holder }
    return { status: 200, body: await executeGraphql(source, asked) }
  }

  const answer = async ({ request, at, bytes }: Asked): Promise<RestAnswer> => {
    const { method = 'GET', headers } = request
    const holder = access.holderOf(headers.authorization)
    if (!holder) return problem(401, 'Bad credentials')
    const { login } = holder
    const isGraphql = at.pathname === '/graphql'
    if (limit.of(login, resourceOf(at.pathname)).remaining === 0) return usedUp(login, isGraphql)
    const isWrite = isGraphql ? MUTATION.test(bytes.toString('utf8')) : method !== 'GET'
    const wait = secondary.admit({ login, isGraphql, isWrite })
    if (wait !== null) {
      return { ...problem(403, SLOW_DOWN), headers: { 'retry-after': String(wait) } }
    }
    secondary.began(login)
    try {
      if (isGraphql) return await answerGraphql(bytes, holder)
      const body = bytes.length === 0 ? undefined : parseJson(bytes.toString('utf8'))
      return await answerRest(source, { method, url: at, body, holder })
    } finally {
      secondary.ended(login)
    }
  }

  const answerGit = async (
    { request, at, bytes: body }: Asked,
    [name, path]: readonly [name: string, path: string],
  ): Promise<{ status: number; headers: Record<string, string>; body: Buffer | string }> => {
    const holder = access.holderOf(request.headers.authorization)
    if (!holder) {
      const headers = { 'www-authenticate': 'Basic realm="GitHub"' }
      return { status: 401, headers, body: 'Bad credentials\n' }
    }
    const repository = repositories.find(one => one.fullName === name)
    if (!repository) return { status: 404, headers: {}, body: 'Repository not found.\n' }
    const query = at.search
    if (isPush({ path, query }) && !mayAs(holder, 'merge')) {
      const why = `Permission to ${name}.git denied to ${holder.login}.\n`
      return { status: 403, headers: {}, body: why }
    }
    return git.answer({ repository, path, query, request, body, by: holder.login })
  }

  /** Answers honestly, as far as `fault` lets it. */
  const serve = async (asked: Asked, response: ServerResponse, fault: Fault | null) => {
    const { request, at } = asked
    const [, name, path] = GIT_PATH.exec(at.pathname) ?? []
    if (name !== undefined && path !== undefined) {
      const { status, headers, body } = await answerGit(asked, [name, path])
      if (fault?.kind === 'lost-answer') return cut(response)
      response.writeHead(status, headers).end(body)
      return
    }
    const told = await answer(asked)
    if (fault?.kind === 'lost-answer') return cut(response)
    send(request, response, fault?.kind === 'false-failure' ? denied(at, fault.message) : told)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = new URL(request.url ?? '/', 'http://localhost')
    const isGit = GIT_PATH.test(at.pathname)
    const bytes = await readBytes(request, isGit ? MAX_PUSH : MAX_BODY)
    const { method = 'GET' } = request
    const text = isGit ? '' : bytes.toString('utf8')
    const fault = injected.take({ method, path: at.pathname, text })
    if (fault?.kind === 'status') return failWith(response, fault)
    if (fault?.kind === 'cut') return cut(response)
    const etag = request.headers['if-none-match']
    if (fault?.kind === 'stale-etag' && etag !== undefined) {
      count(304)
      response.writeHead(304, { etag }).end()
      return
    }
    if (fault?.kind === 'slow') await sleep(fault.ms)
    if (fault?.kind === 'race') await fault.act()
    await serve({ request, at, bytes }, response, fault)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else send(request, response, problem(500, String(error)))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    repositories,
    faults: injected,
    access,
    limits,
    hourly,
    spent: () => ({ ...spent }),
    counters: () => ({ ...counts }),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await git.idle()
    },
  }
}

/** Whose answers are told with an allowance too, as GitHub does by address. */
const NOBODY = ''
const resourceOf = (path: string | undefined): Resource =>
  path === '/graphql' ? 'graphql' : 'core'

/** GraphQL says it in a good answer. */
function usedUp(login: string, isGraphql: boolean): RestAnswer {
  const message = `API rate limit exceeded for user ${login}.`
  if (!isGraphql) return problem(403, message)
  return { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message }] } }
}

const MUTATION = /"query"\s*:\s*"(?:\\n|\s)*mutation\b/
const SLOW_DOWN =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'

/** A failure that is none: in GraphQL's form, or in REST's. */
const denied = ({ pathname }: URL, message: string): RestAnswer =>
  pathname === '/graphql'
    ? { status: 200, body: { data: null, errors: [{ type: 'UNPROCESSABLE', message }] } }
    : problem(502, message)
