/** What a look at GitHub that failed means for the operator, and when to ask again. Pure. */
import type { FailedState } from '../../state/words.ts'
import { failed, type Look } from '../collector.ts'
import { clip } from '../foreign.ts'
import { type RequestFailure, RequestFault } from './client.ts'
import { AnswerFault } from './parse-answer.ts'

export interface GithubFault {
  look: Look
  /** Whose next requests would meet it too. */
  scope: 'account' | 'repository'
  /** What GitHub asks us to wait, in ms; null when it says nothing. */
  waitMs: number | null
}

interface Verdict {
  state: FailedState
  message: string
  mend: string
  scope?: GithubFault['scope']
  waitMs?: number
}

const REPORT = 'please report this with the message'
const DEFAULT_PAUSE_MS = 60_000

/** Reads what a look threw; the token is taken out of every text. */
export function faultOf(error: unknown, repo: string, token: string, now: number): GithubFault {
  const verdict = judge(error, repo, now)
  const { state, mend, scope = 'repository', waitMs = null } = verdict
  const message = `${repo}: ${verdict.message}`
  const safe = token === '' ? message : message.replaceAll(token, '[redacted]')
  return { look: failed(state, clip(safe, 300), mend), scope, waitMs }
}

function judge(error: unknown, repo: string, now: number): Verdict {
  if (error instanceof RequestFault) {
    const { failure } = error
    const waitMs = failure.kind === 'network' ? null : rateLimitWait(failure, now)
    if (waitMs !== null) return rateLimited(waitMs, now)
    if (failure.kind === 'status') return refused(failure.status, failure.message, repo)
    return failure.kind === 'graphql' ? unanswered(failure, repo) : unheard(failure.message)
  }
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof AnswerFault
    ? { state: 'error', message: `GitHub's answer cannot be read ${message}`, mend: REPORT }
    : { state: 'error', message, mend: REPORT }
}

const unheard = (message: string): Verdict => ({
  state: 'unreachable',
  message: `no answer from GitHub: ${message}`,
  mend: 'check the network of this machine, and github.api in the profile',
})

const rateLimited = (waitMs: number, now: number): Verdict => ({
  state: 'unreachable',
  message: `GitHub's rate limit is used up until ${new Date(now + waitMs).toISOString()}`,
  mend: 'nothing to do: it is looked at again by then',
  scope: 'account',
  waitMs,
})

function refused(status: number, said: string, repo: string): Verdict {
  if (status === 401) {
    const mend = 'renew the token that github.token names'
    return { state: 'denied', message: 'GitHub refuses the token (401)', mend, scope: 'account' }
  }
  if (status === 403 || status === 404) {
    return { state: 'denied', message: `GitHub says ${status}: ${said}`, mend: allow(repo) }
  }
  // What stands before GitHub answers in pages of markup.
  const told = said.trimStart().startsWith('<') ? '' : `: ${said}`
  return status >= 500
    ? {
        state: 'unreachable',
        message: `GitHub answered ${status}${told}`,
        mend: 'nothing to do: it is looked at again by itself',
      }
    : {
        state: 'error',
        message: `GitHub answered ${status}${told}`,
        mend: 'check github.api in the profile',
      }
}

const NOT_ALLOWED = new Set(['NOT_FOUND', 'FORBIDDEN', 'INSUFFICIENT_SCOPES'])

const unanswered = (failure: RequestFailure & { kind: 'graphql' }, repo: string): Verdict =>
  failure.types.some(type => NOT_ALLOWED.has(type))
    ? { state: 'denied', message: `GitHub says: ${failure.message}`, mend: allow(repo) }
    : { state: 'error', message: `GitHub says: ${failure.message}`, mend: REPORT }

const allow = (repo: string): string =>
  `let the token read pull requests, contents and metadata of ${repo}, or mend github.repos`

/** The primary limit says when it lifts; the secondary one how long to wait, or nothing. */
export function rateLimitWait(
  failure: Exclude<RequestFailure, { kind: 'network' }>,
  now: number,
): number | null {
  const { headers, message } = failure
  const spent = headers.get('x-ratelimit-remaining') === '0'
  const wait = Number(headers.get('retry-after') ?? 0)
  const limited =
    failure.kind === 'graphql'
      ? failure.types.includes('RATE_LIMITED')
      : failure.status === 429 ||
        (failure.status === 403 && (spent || wait > 0 || /rate limit/i.test(message)))
  if (!limited) return null
  if (wait > 0) return wait * 1_000
  const reset = Number(headers.get('x-ratelimit-reset') ?? 0) * 1_000
  return spent && reset > now ? reset - now : DEFAULT_PAUSE_MS
}
