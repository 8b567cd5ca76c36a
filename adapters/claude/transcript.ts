/**
 * Reads the transcripts of Claude Code, `projects/<directory>/<session id>.jsonl` (written against
 * 2.1). They have times and final token counts, and no end marker: a turn is over when a message
 * ends it, until a later line goes on.
 */
import { asInstant, asObject, asPath, asText, asWord, clip, type JsonObject } from '../foreign.ts'
import {
  type LaneFormat,
  type LaneLog,
  malformed,
  reportIn,
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

type Handler = (log: LaneLog, event: JsonObject, at: number | null) => LaneLog | Unread

export const claudeTranscript: LaneFormat = {
  engine: 'claude',
  source: 'session',
  knows: event => typeof event.sessionId === 'string' && ENTRIES.has(asText(event.type) ?? ''),
  step: (log, event) => {
    const type = asText(event.type)
    if (type === null) return malformed('line without a type')
    const handler = ENTRIES.get(type)
    if (!handler) return unknown(type)
    const at = asInstant(event.timestamp)
    const threadId = log.threadId ?? asWord(event.sessionId)
    const cwd = log.cwd ?? asPath(event.cwd)
    const bypass = bypassOf(event.permissionMode) ?? log.bypass
    return handler({ ...withTime(log, at), threadId, cwd, bypass }, event, at)
  },
}

const pass: Handler = log => log

const ENTRIES = new Map<string, Handler>([
  ['assistant', assistant],
  ['user', user],
  ...[
    'system',
    'attachment',
    'queue-operation',
    'last-prompt',
    'summary',
    'progress',
    'file-history-snapshot',
    'custom-title',
    'ai-title',
    'agent-name',
    'pr-link',
    'mode',
    'permission-mode',
  ].map((name): [string, Handler] => [name, pass]),
])

function assistant(log: LaneLog, event: JsonObject, at: number | null): LaneLog | Unread {
  const message = asObject(event.message)
  if (!message) return malformed('assistant')
  const next = withUsage(withAssistant(log, message, event.isSidechain === true), message)
  return event.isSidechain === true ? next : { ...next, turn: turnOf(event, message, at) }
}

function turnOf(event: JsonObject, message: JsonObject, at: number | null): Turn {
  if (event.isApiErrorMessage === true) {
    const cause = asWord(event.error)
    return { kind: 'failed', at, cause, message: clip(textOf(message.content), 1_000) }
  }
  return message.stop_reason === 'end_turn'
    ? { kind: 'completed', at }
    : { kind: 'running', since: at }
}

function user(log: LaneLog, event: JsonObject, at: number | null): LaneLog | Unread {
  const message = asObject(event.message)
  if (!message) return malformed('user')
  const next = withUser(log, message)
  const said = textOf(message.content)
  if (said.startsWith(INTERRUPTED)) {
    return { ...next, turn: { kind: 'interrupted', at, cause: INTERRUPTED_CAUSE }, open: [] }
  }
  const report = next.report ?? reportIn(said)
  return { ...next, report, turn: { kind: 'running', since: at } }
}

/** Each line of a message repeats its usage, and only the last is final: count a message once. */
function withUsage(log: LaneLog, message: JsonObject): LaneLog {
  const used = tokensOf(message.usage)
  const id = asWord(message.id)
  if (used === null || id === null) return log
  const counted = log.counted?.id === id ? log.counted.tokens : 0
  return {
    ...log,
    tokens: Math.max(0, added((log.tokens ?? 0) - counted, used)),
    counted: { id, tokens: used },
  }
}
