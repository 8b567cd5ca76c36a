/**
 * The few requests made to GitHub, through Octokit. Retrying is not its business: a look that
 * failed is shown, and the collector's pace decides when to look again.
 */
import { Octokit } from '@octokit/rest'
import * as z from 'zod'
import type { PartialError } from './answers.ts'

export interface GraphqlAnswer {
  data: unknown
  /** What could not be told; the data beside it stands. */
  errors: PartialError[]
}

/** Why a request came to nothing. Its message is GitHub's: foreign, and maybe an echo of the token. */
export type RequestFailure =
  | { kind: 'network'; message: string }
  | { kind: 'status'; status: number; headers: ReadonlyMap<string, string>; message: string }
  | { kind: 'graphql'; types: string[]; headers: ReadonlyMap<string, string>; message: string }

export class RequestFault extends Error {
  override readonly name = 'RequestFault'
  readonly failure: RequestFailure
  constructor(failure: RequestFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Its requests reject with RequestFault. */
export interface GithubClient {
  /** How far GitHub's clock is before ours, in ms, by its last answer; null before any told it. */
  readonly skewMs: number | null
  /** The ETag of a resource, asked with the one known: `same` cost nothing of the rate limit. */
  changed(
    path: 'repository' | 'pulls',
    etag: string | null,
  ): Promise<{ kind: 'same' } | { kind: 'changed'; etag: string | null }>
  /** A call of REST by its route, `POST /repos/{owner}/{repo}/…`: what its body holds. */
  call(route: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Rejects when there is no data at all. */
  ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer>
}

export interface ClientOptions {
  api: string
  repo: string
  token: string
  signal: AbortSignal
  fetch: typeof fetch
  now(): number
}

const TIMEOUT_MS = 15_000
const MAX_BODY = 32 * 2 ** 20

const ROUTES = {
  repository: 'GET /repos/{owner}/{repo}',
  pulls: 'GET /repos/{owner}/{repo}/pulls?state=open&sort=updated&direction=desc&per_page=100',
} as const

/** A client for one look at one repository: the token lives as long as the look does. */
export function githubClient(options: ClientOptions): GithubClient {
  const [owner = '', name = ''] = options.repo.split('/')
  let skewMs: number | null = null
  const bounded = boundedFetch(options)
  const heard: typeof fetch = async (input, init) => {
    const response = await bounded(input, init)
    const told = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(told)) skewMs = told - options.now()
    return response
  }
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.api.replace(/\/+$/, ''),
    userAgent: 'dockmaster',
    // Octokit would write to the terminal that the console draws on.
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: heard },
  })
  return {
    get skewMs() {
      return skewMs
    },
    async changed(path, etag) {
      try {
        const { headers } = await octokit.request(ROUTES[path], {
          owner,
          repo: name,
          // Without a cache-control of ours, node's fetch adds no-cache: some servers then never say 304.
          headers: { 'cache-control': 'max-age=0', ...(etag && { 'if-none-match': etag }) },
        })
        return { kind: 'changed', etag: headers.etag ?? null }
      } catch (error) {
        const failure = failureOf(error)
        if (failure.kind === 'status' && failure.status === 304) return { kind: 'same' }
        throw new RequestFault(failure)
      }
    },
    async call(route, parameters) {
      try {
        const { data } = await octokit.request(route, { owner, repo: name, ...parameters })
        return data as unknown
      } catch (error) {
        throw new RequestFault(failureOf(error))
      }
    },
    async ask(query, variables) {
      try {
        const data = await octokit.graphql<unknown>(query, { owner, name, ...variables })
        return { data, errors: [] }
      } catch (error) {
        const partial = PartialAnswer.safeParse(error)
        if (partial.success) return partial.data
        throw new RequestFault(failureOf(error))
      }
    },
  }
}

function silent(): void {}

const Errors = z.array(
  z.object({
    type: z.string().default(''),
    message: z.string().default(''),
    path: z.array(z.union([z.string(), z.number()])).default([]),
  }),
)

/** Octokit throws when an answer has errors, also when it has data: both are properties then. */
const PartialAnswer = z.object({
  name: z.literal('GraphqlResponseError'),
  data: z.looseObject({ repository: z.looseObject({}) }),
  errors: Errors,
})

const Headers = z
  .record(z.string(), z.unknown())
  .transform(
    headers => new Map(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  )
const GraphqlError = z.object({
  name: z.literal('GraphqlResponseError'),
  errors: Errors,
  headers: Headers,
})
const StatusError = z.object({ status: z.number(), response: z.object({ headers: Headers }) })

/** What Octokit threw, in one of three shapes. */
function failureOf(error: unknown): RequestFailure {
  const message = error instanceof Error ? error.message : String(error)
  const graphql = GraphqlError.safeParse(error)
  if (graphql.success) {
    const { errors, headers } = graphql.data
    const [first] = errors
    return {
      kind: 'graphql',
      types: errors.map(({ type }) => type),
      headers,
      message: first?.message ?? message,
    }
  }
  const answered = StatusError.safeParse(error)
  if (!answered.success) return { kind: 'network', message }
  const { status, response } = answered.data
  return { kind: 'status', status, headers: response.headers, message }
}

/** Ends with the look, or after 15 s; reads a body whole, so that a cut one is an error, up to 32 MiB. */
function boundedFetch(options: ClientOptions): typeof fetch {
  return async (input, init) => {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const response = await options.fetch(input, { ...init, signal })
    const { status, statusText, headers } = response
    const body = response.body && new Blob(await readBounded(response.body))
    return new Response(status === 304 || status === 204 ? null : body, {
      status,
      statusText,
      headers,
    })
  }
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BODY) throw new Error(`the answer is longer than ${MAX_BODY} bytes`)
    chunks.push(new Uint8Array(chunk))
  }
  return chunks
}
