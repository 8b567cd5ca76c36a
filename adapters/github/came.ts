/**
 * What an act on GitHub came to, as a value. Only `done` was done; `unknown` may have been, and
 * whoever asked must look; all others were not. Pure.
 */
import { clip } from '../foreign.ts'
import { type RequestFailure, RequestFault } from './client.ts'
import { rateLimitWait } from './faults.ts'
import { AnswerFault } from './parse-answer.ts'

/** What a refusal is about: what can be done next depends on it. */
export type Cause =
  /** Nobody approves what they opened. */
  | 'own'
  /** The branch lands through GitHub's queue alone. */
  | 'queue'
  /** The head is another one now. */
  | 'moved'
  /** It does not merge, is closed, or a rule holds it. */
  | 'held'
  | 'denied'
  /** There is no such thing, or the token does not see it. */
  | 'gone'
  | 'invalid'

export interface Refused {
  readonly kind: 'refused'
  readonly cause: Cause
  /** Of REST; null of GraphQL. */
  readonly status: number | null
  /** GitHub's words. */
  readonly said: string
  readonly mend: string
}

export type Came<T extends object = object> =
  | ({ readonly kind: 'done' } & T)
  | Refused
  | { readonly kind: 'limited'; readonly waitMs: number }
  /** Sent, and no answer that tells: the state must be read. */
  | { readonly kind: 'unknown'; readonly said: string }

const LONGEST = 300

const MENDS: Readonly<Record<Cause, string>> = {
  own: 'somebody else must approve it: merge it yourself if the gate lets it',
  queue: 'it lands through the queue: enqueue it',
  moved: 'look at the new head first, then ask again',
  held: 'see on its page what holds it',
  denied:
    'let the token write to pull requests, contents and actions of the repository, or renew it',
  gone: 'check the repository, and that the token sees it',
  invalid: 'see what GitHub says',
}

export const refusedFor = (cause: Cause, said: string, status: number | null = null): Refused => ({
  kind: 'refused',
  cause,
  status,
  said: clip(said, LONGEST),
  mend: MENDS[cause],
})

/** Reads what a write threw; the token is taken out of every text. Throws on what is no answer's. */
export function cameOf(
  error: unknown,
  token: string,
  now: number,
): Exclude<Came, { kind: 'done' }> {
  const safe = (text: string) => (token === '' ? text : text.replaceAll(token, '[redacted]'))
  if (error instanceof AnswerFault) {
    return { kind: 'unknown', said: `GitHub's answer cannot be read ${safe(error.message)}` }
  }
  if (!(error instanceof RequestFault)) throw error
  const { failure } = error
  const said = safe(failure.message)
  if (failure.kind === 'network') {
    return { kind: 'unknown', said: clip(`no answer from GitHub: ${said}`, LONGEST) }
  }
  const waitMs = rateLimitWait(failure, now)
  if (waitMs !== null) return { kind: 'limited', waitMs }
  if (failure.kind === 'graphql') return refusedFor(causeOfTypes(failure.types, said), said)
  if (failure.status >= 500) {
    // What stands before GitHub answers in pages of markup; what stands behind it may have done it.
    const told = said.trimStart().startsWith('<') ? '' : `: ${said}`
    return { kind: 'unknown', said: clip(`GitHub answered ${failure.status}${told}`, LONGEST) }
  }
  return refusedFor(causeOf(failure, said), said, failure.status)
}

const OWN = /can ?not (?:approve|request changes on) your own pull request/i
const QUEUE = /through the merge queue|merge queue is required/i
const MOVED =
  /head (?:branch|sha|oid)? ?(?:was|has been) modified|expected head (?:sha|oid)|head sha|was updated|head ref oid/i

function causeOf({ status }: RequestFailure & { kind: 'status' }, said: string): Cause {
  if (QUEUE.test(said)) return 'queue'
  if (OWN.test(said)) return 'own'
  if (status === 401 || status === 403) return 'denied'
  if (status === 404 || status === 410) return 'gone'
  if (status === 409) return 'moved'
  if (status === 405 || status === 400) return 'held'
  return MOVED.test(said) ? 'moved' : 'invalid'
}

const DENIED = new Set(['FORBIDDEN', 'INSUFFICIENT_SCOPES'])

function causeOfTypes(types: readonly string[], said: string): Cause {
  if (types.some(type => DENIED.has(type))) return 'denied'
  if (types.includes('NOT_FOUND')) return 'gone'
  if (QUEUE.test(said)) return 'queue'
  if (OWN.test(said)) return 'own'
  return MOVED.test(said) ? 'moved' : 'held'
}

/** In one line, for the journal and for whoever asked. */
export function tellCame(came: Exclude<Came, { kind: 'done' }>): string {
  switch (came.kind) {
    case 'limited':
      return `GitHub asks to wait ${Math.ceil(came.waitMs / 1_000)} s`
    case 'unknown':
      return came.said
    default:
      return `GitHub says${came.status === null ? '' : ` ${came.status}`}: ${came.said} (${came.mend})`
  }
}
