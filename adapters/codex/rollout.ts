/**
 * Reads the session file of Codex, `sessions/YYYY/MM/DD/rollout-<time>-<thread id>.jsonl` (written
 * against 0.169). It holds what the log lacks: times, model, directory, and the machine's own
 * word for a failure.
 */
import {
  asInstant,
  asInteger,
  asList,
  asNumber,
  asObject,
  asPath,
  asText,
  asUnixSeconds,
  asWord,
  clip,
  type JsonObject,
  parseObject,
} from '../foreign.ts'
import {
  begin,
  finish,
  type LaneFormat,
  type LaneLog,
  malformed,
  reportIn,
  type Unread,
  unknown,
  withCommand,
  withMessage,
  withTime,
} from '../lane-log.ts'
import { causeOf, shellLine, tokensOf } from './events.ts'

type Handler = (log: LaneLog, payload: JsonObject, at: number | null) => LaneLog | Unread

export const codexRollout: LaneFormat = {
  engine: 'codex',
  source: 'session',
  knows: event => typeof event.timestamp === 'string' && LINES.has(asText(event.type) ?? ''),
  step: (log, event) => {
    const type = asText(event.type)
    const payload = asObject(event.payload)
    if (type === null || !payload) return malformed('line without type or payload')
    const at = asInstant(event.timestamp)
    return (LINES.get(type) ?? unknownOf(type))(withTime(log, at), payload, at)
  },
}

const LINES = new Map<string, Handler>([
  ['session_meta', sessionMeta],
  ['turn_context', withSettings],
  [
    'event_msg',
    byType(
      'event',
      new Map<string, Handler>([
        [
          'task_started',
          (log, _, at) => ({ ...log, turn: { kind: 'running', since: at }, open: [] }),
        ],
        ['task_complete', taskComplete],
        [
          'turn_aborted',
          (log, payload, at) => ({
            ...log,
            turn: {
              kind: 'interrupted',
              at,
              cause: asWord(payload.reason) ?? 'turn_aborted',
            },
            open: [],
          }),
        ],
        ['token_count', tokenCount],
        [
          'thread_settings_applied',
          (log, payload) => withSettings(log, asObject(payload.thread_settings) ?? {}),
        ],
        ['item_completed', itemCompleted],
        ...passing(
          'agent_message',
          'user_message',
          'agent_reasoning',
          'context_compacted',
          'item_started',
        ),
      ]),
    ),
  ],
  [
    'response_item',
    byType(
      'item',
      new Map<string, Handler>([
        ['function_call', callStarted],
        ['custom_tool_call', callStarted],
        ['local_shell_call', callStarted],
        ['function_call_output', callEnded],
        ['custom_tool_call_output', callEnded],
        ['local_shell_call_output', callEnded],
        ...passing('message', 'reasoning', 'web_search_call', 'ghost_snapshot', 'compaction'),
      ]),
    ),
  ],
  [
    'token_usage_record',
    (log, payload) => ({
      ...log,
      tokens: tokensOf(payload.thread_token_usage) ?? log.tokens,
    }),
  ],
  ...passing('world_state', 'compacted'),
])

function unknownOf(name: string): Handler {
  return () => unknown(name)
}

function passing(...types: string[]): [string, Handler][] {
  return types.map(type => [type, log => log])
}

function byType(what: string, types: ReadonlyMap<string, Handler>): Handler {
  return (log, payload, at) => {
    const type = asText(payload.type)
    if (type === null) return malformed(`${what} without a type`)
    return (types.get(type) ?? unknownOf(`${what} ${type}`))(log, payload, at)
  }
}

function sessionMeta(log: LaneLog, payload: JsonObject): LaneLog | Unread {
  const threadId = asWord(payload.id) ?? asWord(payload.session_id)
  if (!threadId) return malformed('session_meta')
  return {
    ...log,
    threadId,
    cwd: asPath(payload.cwd) ?? log.cwd,
    startedAt: asInstant(payload.timestamp) ?? log.startedAt,
    baseSha: asWord(asObject(payload.git)?.commit_hash) ?? log.baseSha,
  }
}

function withSettings(log: LaneLog, settings: JsonObject): LaneLog {
  return {
    ...log,
    model: asWord(settings.model) ?? log.model,
    cwd: asPath(settings.cwd) ?? log.cwd,
    bypass: bypassOf(settings) ?? log.bypass,
  }
}

/** `codex exec` never asks, boxed or not: that alone bypasses nothing. */
function bypassOf({ sandbox_policy: policy, approval_policy: approval }: JsonObject) {
  const sandbox = asText(asObject(policy)?.type) ?? asText(policy)
  if (sandbox === null) return null
  if (sandbox !== 'danger-full-access') return []
  return ['sandbox danger-full-access', ...(approval === 'never' ? ['approvals never'] : [])]
}

/** `last_agent_message` is null when the turn said nothing; `error` is there when it failed. */
function taskComplete(log: LaneLog, payload: JsonObject, at: number | null): LaneLog {
  const error = asObject(payload.error)
  const said = asText(payload.last_agent_message)
  const next = said === null ? log : withMessage(log, said)
  if (!error) return { ...next, turn: { kind: 'completed', at } }
  const message = clip(asText(error.message) ?? '', 1_000)
  const cause = causeOf(error.codex_error_info)
  return { ...next, turn: { kind: 'failed', at, cause, message }, open: [] }
}

/** Totals of the thread, and for each rate limit window how full it is and when it empties. */
function tokenCount(log: LaneLog, payload: JsonObject): LaneLog {
  const limits = asObject(payload.rate_limits)
  const full = [limits?.primary, limits?.secondary]
    .map(asObject)
    .filter(window => (asNumber(window?.used_percent) ?? 0) >= 100)
    .flatMap(window => asUnixSeconds(window?.resets_at) ?? [])
  return {
    ...log,
    tokens: tokensOf(asObject(payload.info)?.total_token_usage) ?? log.tokens,
    resetAt: full.length > 0 ? Math.max(...full) : null,
  }
}

function itemCompleted(log: LaneLog, payload: JsonObject): LaneLog | Unread {
  const item = asObject(payload.item)
  const type = asText(item?.type)
  if (!item || type === null) return malformed('item_completed')
  return ITEMS.get(type)?.(log, item) ?? unknown(`item ${type}`)
}

const ITEMS = new Map<string, (log: LaneLog, item: JsonObject) => LaneLog>([
  [
    'CommandExecution',
    (log, item) => ({
      ...withCommand(log, commandOf(item.command)),
      lastExit: asInteger(item.exit_code),
    }),
  ],
  ['FileChange', log => ({ ...log, worked: true })],
  [
    'AgentMessage',
    (log, item) => {
      const said = texts(item.content)
      return said === '' ? log : withMessage(log, said)
    },
  ],
  ['UserMessage', (log, item) => ({ ...log, report: log.report ?? reportIn(texts(item.content)) })],
  ...['Reasoning', 'McpToolCall', 'WebSearch', 'Plan', 'ImageView', 'TodoList'].map(
    (type): [string, (log: LaneLog) => LaneLog] => [type, log => log],
  ),
])

const commandOf = (command: unknown): string =>
  Array.isArray(command)
    ? shellLine(command.filter(word => typeof word === 'string'))
    : (asText(command) ?? '')

const texts = (content: unknown): string =>
  asList(content)
    .flatMap(part => asText(asObject(part)?.text) ?? [])
    .join('\n')

/** Tools that run a command or change files; every other call is not the lane's own doing. */
const WORK = new Set(['exec_command', 'shell', 'shell_command', 'local_shell', 'apply_patch'])

function callStarted(log: LaneLog, payload: JsonObject): LaneLog | Unread {
  const id = asWord(payload.call_id)
  if (!id) return malformed('call')
  const name = asText(payload.name) ?? 'local_shell'
  const input = parseObject(asText(payload.arguments) ?? '') ?? asObject(payload.action)
  const command = commandOf(input?.cmd ?? input?.command)
  if (!WORK.has(name)) return begin(log, id, name, 'call')
  return command === ''
    ? begin(log, id, name, 'work')
    : begin(withCommand(log, command), id, command, 'work')
}

function callEnded(log: LaneLog, payload: JsonObject): LaneLog {
  return finish(log, asWord(payload.call_id) ?? '')
}
