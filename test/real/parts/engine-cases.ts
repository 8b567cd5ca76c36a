/**
 * What the real agents come to, case by case: what their provider answers, what is done to them,
 * and what must then be told of their lane. One table an engine, for every runner.
 */
import type { LaneFact } from '../../../state/facts.ts'
import type { Engine } from '../../../state/words.ts'
import { type Answer, refuse, run, say } from './model-server/answer.ts'

/** A lane as `lanes --json` tells it: instants are text. */
export type ToldLane = Omit<LaneFact, 'resetAt'> & { resetAt: string | null }

/** Where an agent finds its provider, and who it is there. The scripts answer the first alone. */
export const ACCOUNTS = ['scripted', 'unreachable', 'expired', 'misnamed'] as const
export type Account = (typeof ACCOUNTS)[number]

export interface EngineCase {
  /** Names its lane, and the script that its brief asks for. */
  name: string
  engine: Engine
  account: Account
  answers: readonly Answer[]
  /** Sent to the agent itself, by pid, once its command runs. */
  signal?: NodeJS.Signals
  expected: Partial<ToldLane>
  /** Its thread goes on afterwards, by another brief. */
  goesOn?: true
  /** Its thread does not when its session file is gone, and this is said. */
  lost?: RegExp
  /** It ends before it says anything: its launch is taken back, and this is said. */
  failed?: RegExp
}

const COMMIT = run(
  'echo hi >> out.txt && git add -A && git commit -qm "lane: a line" && git log --oneline | head -1',
)
const FAIL = run('ls /no/such/dir; exit 3')
/** Long enough to be cut off in; it ends by itself should nobody do it. */
const LONG = run('sleep 240')
const DONE = say('Done.')

const COMMITTED: EngineCase['expected'] = {
  status: 'ended',
  result: 'local',
  cause: null,
  lastExit: 0,
}
const NO_OP: EngineCase['expected'] = { status: 'ended', result: 'none', cause: null, evidence: [] }
const CRASHED: EngineCase['expected'] = {
  status: 'ended',
  result: 'crashed',
  cause: null,
  pid: null,
}
const failed = (cause: string, status: LaneFact['status'] = 'ended'): EngineCase['expected'] => ({
  status,
  result: 'failed',
  cause,
  pid: null,
})

type Row = Omit<EngineCase, 'name' | 'engine' | 'account'> & { account?: Account }
const casesOf = (engine: Engine, rows: Readonly<Record<string, Row>>): EngineCase[] =>
  Object.entries(rows).map(([name, row]) => ({
    account: 'scripted',
    ...row,
    engine,
    name: `${engine}-${name}`,
  }))

const MINUTE_MS = 60_000
/** When a spent limit lifts: whole minutes, for that is what Codex prints. */
const resetsAt = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 120 * MINUTE_MS

/**
 * Of what is known of it, these cannot be here: a reader of its output that goes away, because that
 * is a file; a flag that it does not know; no prompt and no repository, which refuse the launch.
 */
export const CODEX_CASES = casesOf('codex', {
  ok: { answers: [COMMIT, DONE], expected: COMMITTED, goesOn: true },
  'failing-command': { answers: [FAIL, DONE], expected: { ...NO_OP, lastExit: 3 } },
  'no-op': { answers: [say('Nothing to do.')], expected: NO_OP },
  'zero-items': { answers: [{ kind: 'nothing' }], expected: { ...NO_OP, lastMessage: null } },
  'no-quota': {
    answers: [refuse(429, { code: 'insufficient_quota', type: 'insufficient_quota', message: '' })],
    expected: { ...failed('usage_limit_exceeded', 'quota'), resetAt: null },
  },
  'usage-limit': {
    answers: [
      refuse(429, {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_at: resetsAt / 1_000,
      }),
    ],
    expected: {
      ...failed('usage_limit_exceeded', 'quota'),
      resetAt: new Date(resetsAt).toISOString(),
    },
    goesOn: true,
  },
  'rate-limit': {
    answers: [refuse(429, { code: 'rate_limit_exceeded', message: 'Rate limit reached.' })],
    expected: failed('response_too_many_failed_attempts{429}'),
  },
  'refused-key': {
    answers: [refuse(401, { code: 'invalid_api_key', message: 'Incorrect API key provided.' })],
    expected: failed('http_connection_failed{401}', 'auth'),
  },
  'server-error': {
    answers: [refuse(500, { message: 'server had an error' })],
    expected: failed('internal_server_error'),
  },
  'unknown-model': {
    answers: [refuse(400, { code: 'model_not_found', message: "The model 'x' does not exist" })],
    expected: failed('model_not_found'),
  },
  'stream-cut': { answers: [{ kind: 'cut' }], expected: failed('other') },
  silent: {
    answers: [{ kind: 'silence' }],
    expected: { status: 'thinking', result: 'none', cause: null },
  },
  sigterm: { answers: [LONG], signal: 'SIGTERM', expected: CRASHED },
  sighup: { answers: [LONG], signal: 'SIGHUP', expected: CRASHED },
  sigkill: { answers: [LONG], signal: 'SIGKILL', expected: CRASHED, goesOn: true },
  sigint: {
    answers: [LONG],
    signal: 'SIGINT',
    expected: { status: 'ended', result: 'interrupted', cause: 'interrupted', pid: null },
    goesOn: true,
  },
  // Nobody listens there: it says so and goes on trying, without end.
  'network-refused': {
    account: 'unreachable',
    answers: [],
    expected: { status: 'stalled', result: 'none', cause: null },
  },
  'expired-sign-in': {
    account: 'expired',
    answers: [],
    expected: failed('unauthorized', 'auth'),
  },
  'unknown-provider': {
    account: 'misnamed',
    answers: [],
    expected: {},
    failed: /codex ended at once: .*provider/,
  },
})

const CLAUDE_CASES = casesOf('claude', {
  ok: { answers: [COMMIT, DONE], expected: COMMITTED, goesOn: true },
  'failing-command': { answers: [FAIL, DONE], expected: { ...NO_OP, lastExit: 3 } },
  'no-op': { answers: [say('Nothing to do.')], expected: NO_OP },
  'zero-items': { answers: [{ kind: 'nothing' }], expected: NO_OP },
  'rate-limit': {
    answers: [
      refuse(429, { type: 'rate_limit_error', message: 'This would exceed your rate limit.' }),
    ],
    expected: failed('rate_limit', 'quota'),
  },
  'no-credit': {
    answers: [
      refuse(400, {
        type: 'invalid_request_error',
        message: 'Your credit balance is too low to access the Anthropic API.',
      }),
    ],
    expected: failed('billing_error', 'quota'),
    goesOn: true,
  },
  overloaded: {
    answers: [refuse(529, { type: 'overloaded_error', message: 'Overloaded' })],
    expected: failed('server_error'),
  },
  'refused-key': {
    answers: [refuse(401, { type: 'authentication_error', message: 'invalid x-api-key' })],
    expected: failed('authentication_failed', 'auth'),
  },
  'stream-cut': { answers: [{ kind: 'cut' }], expected: failed('server_error') },
  silent: {
    answers: [{ kind: 'silence' }],
    expected: { status: 'thinking', result: 'none', cause: null },
  },
  sigterm: { answers: [LONG], signal: 'SIGTERM', expected: CRASHED },
  sigkill: { answers: [LONG], signal: 'SIGKILL', expected: CRASHED, goesOn: true },
  sigint: {
    answers: [LONG],
    signal: 'SIGINT',
    expected: { status: 'ended', result: 'interrupted', cause: 'interrupted', pid: null },
    goesOn: true,
  },
})

export const CASES: readonly EngineCase[] = [...CODEX_CASES, ...CLAUDE_CASES]

export const scriptsOf = (cases: readonly EngineCase[]): Map<string, readonly Answer[]> =>
  new Map(cases.map(({ name, answers }) => [name, answers]))
