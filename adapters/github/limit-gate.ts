/**
 * Once GitHub has said to wait, it is not asked until then: whoever asks gets the answer that said
 * so, with the time that is left. One of these serves all that a program asks of GitHub.
 */
import * as z from 'zod'
import { rateLimitWait } from './faults.ts'

const LIMITED = new Set([403, 429])
const ErrorBody = z.object({
  message: z.string().default(''),
  errors: z.array(z.object({ type: z.string().default('') })).default([]),
})

interface Held {
  readonly until: number
  readonly answer: Response
}

export function limitGate(ask: typeof fetch, now: () => number): typeof fetch {
  /** By the header that tells whose request it is: the limits are an account's. */
  const held = new Map<string, Held>()
  return async (input, init) => {
    const account = new Headers(init?.headers).get('authorization') ?? ''
    const standing = held.get(account)
    if (standing !== undefined && now() < standing.until) return again(standing, now())
    held.delete(account)
    const answer = await ask(input, init)
    const waitMs = await waitOf(answer, now())
    if (waitMs !== null) held.set(account, { until: now() + waitMs, answer: answer.clone() })
    return answer
  }
}

/** A good answer that says so is good to GraphQL alone: to a write of REST it would say that it was done. */
function again({ answer, until }: Held, now: number): Response {
  const { body, status, headers } = answer.clone()
  const left = new Headers(headers)
  left.set('retry-after', String(Math.ceil((until - now) / 1_000)))
  return new Response(body, { status: status === 200 ? 429 : status, headers: left })
}

/** Null when it may go on asking. GraphQL says in the body of a good answer that it is spent. */
async function waitOf(answer: Response, now: number): Promise<number | null> {
  const { status } = answer
  const isSpent = answer.headers.get('x-ratelimit-remaining') === '0'
  if (!LIMITED.has(status) && !(status === 200 && isSpent)) return null
  const text = await answer.clone().text()
  const { message, errors } = ErrorBody.safeParse(parsed(text)).data ?? {
    message: text,
    errors: [],
  }
  const headers = new Map(answer.headers)
  return status === 200
    ? rateLimitWait(
        { kind: 'graphql', types: errors.map(({ type }) => type), headers, message },
        now,
      )
    : rateLimitWait({ kind: 'status', status, headers, message }, now)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
