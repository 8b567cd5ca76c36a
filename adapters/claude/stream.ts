/**
 * Reads the output of `claude -p --output-format stream-json --verbose` (written against 2.1).
 * An API failure still says `subtype: "success"`: only `is_error` is believed.
 */
import {
  asInstant,
  asInteger,
  asObject,
  asPath,
  asText,
  asUnixSeconds,
  asWord,
  clip,
  type JsonObject,
} from '../foreign.ts'
import {
  type LaneFormat,
  type LaneLog,
  malformed,
  type Turn,
  type Unread,
  unknown,
  withTime,
} from '../lane-log.ts'
import {
  added,
  bypassOf,
  INTERRUPTED,
  INTERRUPTED_CAUSE,
  textOf,
  tokensOf,
  withAssistant,
  withUser,
} from './messages.ts'

type Handler = (log: LaneLog, event: JsonObject) => LaneLog | Unread

export const claudeStream: LaneFormat = {
  engine: 'claude',
  source: 'log',
  knows: event => typeof event.session_id === 'string' && EVENTS.has(asText(event.type) ?? ''),
  step: (log, event) => {
    const type = asText(event.type)
    if (type === null) return malformed('line without a type')
    const handler = EVENTS.get(type)
    if (!handler) return unknown(type)
    const threadId = asWord(event.session_id) ?? log.threadId
    // The line before a result may hold its cause; any other line says that the wait is over.
    const base = { ...log, threadId, waiting: type === 'result' ? log.waiting : null }
    return handler(withTime(base, asInstant(event.timestamp)), event)
  },
}

const pass: Handler = log => log

const EVENTS = new Map<string, Handler>([
  [
    'system',
    (log, event) =>
      SYSTEM.get(asText(event.subtype) ?? '')?.(log, event) ??
      unknown(`system ${asText(event.subtype) ?? '?'}`),
  ],
  ['assistant', assistant],
  ['user', user],
  ['result', result],
  ['rate_limit_event', rateLimit],
  ['stream_event', pass],
  ['tool_progress', pass],
  ['tool_use_summary', pass],
  ['auth_status', pass],
])

const SYSTEM = new Map<string, Handler>([
  [
    'init',
    (log, event) => ({
      ...log,
      cwd: asPath(event.cwd) ?? log.cwd,
      model: asWord(event.model) ?? log.model,
      bypass: bypassOf(event.permissionMode) ?? log.bypass,
      turn: { kind: 'running', since: null },
      open: [],
    }),
  ],
  [
    'api_retry',
    (log, event) => {
      const cause = asWord(event.error)
      const tries = `${asInteger(event.attempt) ?? '?'} of ${asInteger(event.max_retries) ?? '?'}`
      const status = asInteger(event.error_status)
      const message = `retry ${tries}: ${cause ?? 'no word'}${status === null ? '' : ` (${status})`}`
      return { ...log, waiting: { message, cause } }
    },
  ],
  ...[
    'thinking_tokens',
    'task_started',
    'task_progress',
    'task_updated',
    'task_notification',
    'status',
    'compact_boundary',
    'hook_started',
    'hook_progress',
    'hook_response',
    'files_persisted',
    'local_command_output',
  ].map((name): [string, Handler] => [name, pass]),
])

function assistant(log: LaneLog, event: JsonObject): LaneLog | Unread {
  const message = asObject(event.message)
  if (!message) return malformed('assistant')
  const next = withAssistant(log, message, typeof event.parent_tool_use_id === 'string')
  const cause = asWord(event.error)
  // Not an end yet: `result` follows. Kept, because only this line has the machine word.
  return cause
    ? { ...next, waiting: { message: clip(textOf(message.content), 1_000), cause } }
    : next
}

function user(log: LaneLog, event: JsonObject): LaneLog | Unread {
  const message = asObject(event.message)
  if (!message) return malformed('user')
  const next = withUser(log, message)
  if (!textOf(message.content).startsWith(INTERRUPTED)) return next
  const at = asInstant(event.timestamp)
  return { ...next, turn: { kind: 'interrupted', at, cause: INTERRUPTED_CAUSE } }
}

const ABORTED = 'error_during_execution'

/** Usage here is of one run; runs that were appended to one log add up. */
function result(log: LaneLog, event: JsonObject): LaneLog | Unread {
  if (typeof event.is_error !== 'boolean') return malformed('result')
  const used = tokensOf(event.usage)
  const tokens = used === null ? log.tokens : added(log.tokens ?? 0, used)
  return { ...log, tokens, turn: endOf(event, log), waiting: null, open: [] }
}

function endOf(event: JsonObject, log: LaneLog): Turn {
  if (event.is_error === false) return { kind: 'completed', at: null }
  const subtype = asWord(event.subtype) ?? 'error'
  const aborted = (asText(event.terminal_reason) ?? '').startsWith('aborted')
  if (subtype === ABORTED && (aborted || log.turn.kind === 'interrupted')) {
    return { kind: 'interrupted', at: log.activeAt, cause: INTERRUPTED_CAUSE }
  }
  const status = asInteger(event.api_error_status)
  const word = subtype === 'success' ? null : subtype
  const cause = log.waiting?.cause ?? word ?? (status === null ? null : `api_error{${status}}`)
  const message = clip(asText(event.result) ?? subtype, 1_000)
  return { kind: 'failed', at: null, cause, message }
}

/** Newer versions tell each change of the limits; `resetsAt` is in seconds. */
function rateLimit(log: LaneLog, event: JsonObject): LaneLog {
  const info = asObject(event.rate_limit_info)
  const resetsAt = info?.status === 'rejected' ? asUnixSeconds(info.resetsAt) : null
  return { ...log, resetAt: resetsAt }
}
