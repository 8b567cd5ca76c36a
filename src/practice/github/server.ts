/**
 * The GitHub-like server on loopback: authorization, faults, conditional requests and rate limits
 * around the GraphQL and REST views of one model.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { LANE_ACCOUNT } from '../names.ts'
import { type Fault, type Faults, faults } from './faults.ts'
import { gitServer } from './git-http.ts'
import { executeGraphql } from './graphql.ts'
import type { RepositoryModel } from './model.ts'
import { rateLimit } from './rate-limit.ts'
import { answerRest, type RestAnswer } from './rest.ts'
import { githubSchema } from './schema.ts'

export interface GithubServer {
  /** `http://127.0.0.1:<port>`: base of REST; GraphQL is at `/graphql`. */
  readonly url: string
  readonly repositories: readonly RepositoryModel[]
  readonly faults: Faults
  /** Requests answered, by status: 304s are free and tell a careful client. */
  counters(): Record<string, number>
  close(): Promise<void>
}

export interface GithubOptions {
  repositories: readonly RepositoryModel[]
  token: string
  now: () => number
}

const MAX_BODY = 1_000_000
const MAX_PUSH = 64 * 2 ** 20

const GraphqlBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})

export async function startGithub(options: GithubOptions): Promise<GithubServer> {
  const { repositories, now } = options
  // Built now, so that a build without its schema fails here and not at the first question.
  githubSchema()
  const injected = faults()
  const limit = rateLimit(now)
  const counts: Record<string, number> = {}
  let url = ''
  const git = gitServer()
  const source = { repositories, rateLimit: limit, url: () => url, now }

  const send = (request: IncomingMessage, response: ServerResponse, answer: RestAnswer) => {
    const text = JSON.stringify(answer.body)
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`
    // Node's fetch adds cache-control: no-cache; GitHub answers 304 all the same.
    const fresh = request.headers['if-none-match'] === etag && answer.status === 200
    const status = fresh ? 304 : answer.status
    if (!fresh) limit.spend(1)
    counts[status] = (counts[status] ?? 0) + 1
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      etag,
      ...(answer.link ? { link: answer.link } : {}),
      'x-ratelimit-limit': String(limit.limit),
      'x-ratelimit-remaining': String(limit.remaining()),
      'x-ratelimit-used': String(limit.used()),
      'x-ratelimit-reset': String(Math.ceil(limit.resetAt() / 1000)),
      'x-ratelimit-resource': request.url === '/graphql' ? 'graphql' : 'core',
    }
    response.writeHead(status, headers).end(fresh ? undefined : text)
  }

  const answer = async (request: IncomingMessage): Promise<RestAnswer> => {
    const at = new URL(request.url ?? '/', 'http://localhost')
    if (!authorized(request, options.token)) return problem(401, 'Bad credentials')
    if (at.pathname !== '/graphql') {
      return request.method === 'GET' ? answerRest(source, at) : problem(405, 'Method Not Allowed')
    }
    const body = GraphqlBody.safeParse(parseJson(await readBody(request)))
    if (!body.success) return problem(400, 'Problems parsing JSON')
    const { query, variables } = body.data
    return {
      status: 200,
      body: await executeGraphql(source, { query, variables: variables ?? {} }),
    }
  }

  /** Whether the request was git's, and is answered. */
  const answerGit = async (request: IncomingMessage, response: ServerResponse) => {
    const at = new URL(request.url ?? '/', 'http://localhost')
    const [, name, path = ''] = /^\/([^/]+\/[^/]+)\.git(\/.*)$/.exec(at.pathname) ?? []
    if (name === undefined) return false
    const told = (status: number, headers: Record<string, string>, body: string | Buffer) => {
      counts[status] = (counts[status] ?? 0) + 1
      response.writeHead(status, headers).end(body)
      return true
    }
    if (!authorized(request, options.token)) {
      return told(401, { 'www-authenticate': 'Basic realm="GitHub"' }, 'Bad credentials\n')
    }
    const repository = repositories.find(one => one.fullName === name)
    if (!repository) return told(404, {}, 'Repository not found.\n')
    const body = await readBytes(request, MAX_PUSH)
    const asked = { repository, path, query: at.search, request, body, by: LANE_ACCOUNT }
    const { status, headers, body: answered } = await git(asked)
    return told(status, headers, answered)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = injected.take()
    if (fault?.kind === 'slow') await sleep(fault.ms)
    else if (fault) return misbehave(fault, response)
    if (await answerGit(request, response)) return
    send(request, response, await answer(request))
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
    counters: () => ({ ...counts }),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const problem = (status: number, message: string): RestAnswer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})

function misbehave(fault: Exclude<Fault, { kind: 'slow' }>, response: ServerResponse): void {
  if (fault.kind === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"data":', () => response.destroy())
    return
  }
  const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
  const { body } = problem(fault.status, 'Practice fault')
  response.writeHead(fault.status, { 'content-type': 'application/json', ...retry })
  response.end(JSON.stringify(body))
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function authorized(request: IncomingMessage, token: string): boolean {
  return timingSafeEqual(digest(tokenIn(request.headers.authorization ?? '')), digest(token))
}

/** The token of a header: after a word of GitHub's, or as the password that git gives. */
function tokenIn(header: string): string {
  const [, word = '', given = ''] = /^(bearer|token|basic)\s+(\S+)$/i.exec(header) ?? []
  if (word.toLowerCase() !== 'basic') return given
  const text = Buffer.from(given, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

const readBody = async (request: IncomingMessage): Promise<string> =>
  (await readBytes(request, MAX_BODY)).toString('utf8')

async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new Error(`the request is longer than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
