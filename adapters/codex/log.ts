/** Reads the output of `codex exec --json` (written against 0.169). No line carries a time. */
import type { JsonObject } from '../foreign.ts'
import { asInteger, asObject, asText, asWord, clip } from '../foreign.ts'
import {
  begin,
  finish,
  type LaneFormat,
  type LaneLog,
  malformed,
  type Unread,
  unknown,
  withCommand,
  withMessage,
} from '../lane-log.ts'
import { changeText, tokensOf } from './events.ts'

type Handler = (log: LaneLog, fields: JsonObject) => LaneLog | Unread

export const codexLog: LaneFormat = {
  engine: 'codex',
  source: 'log',
  knows: event => {
    const type = asText(event.type) ?? ''
    return EVENTS.has(type) && (type !== 'error' || typeof event.message === 'string')
  },
  step: (log, event) => {
    const type = asText(event.type)
    if (type === null) return malformed('line without a type')
    const handler = EVENTS.get(type)
    // Any line at all says that the engine is no longer waiting; `error` may set it again.
    return handler ? handler({ ...log, waiting: null }, event) : unknown(type)
  },
}

const EVENTS = new Map<string, Handler>([
  ['thread.started', threadStarted],
  ['turn.started', log => ({ ...log, turn: { kind: 'running', since: null }, open: [] })],
  // Usage is cumulative over the thread, resumed runs included. Work may be open still: a command
  // that outlives its yield window is never closed.
  [
    'turn.completed',
    (log, event) => ({
      ...log,
      turn: { kind: 'completed', at: null },
      tokens: tokensOf(event.usage) ?? log.tokens,
    }),
  ],
  ['turn.failed', turnFailed],
  ['error', errorLine],
  [
    'item.started',
    itemLine(
      new Map<string, Handler>([
        ['command_execution', commandStarted],
        ['file_change', workStarted(changeText)],
        [
          'mcp_tool_call',
          callStarted(item => `${asText(item.server) ?? '?'}.${asText(item.tool) ?? '?'}`),
        ],
        ['collab_tool_call', callStarted(item => `collab ${asText(item.tool) ?? 'call'}`)],
        ...passing('todo_list', 'web_search', 'reasoning', 'agent_message', 'error'),
      ]),
    ),
  ],
  [
    'item.updated',
    itemLine(
      new Map<string, Handler>(
        passing(
          'command_execution',
          'file_change',
          'mcp_tool_call',
          'collab_tool_call',
          'todo_list',
          'web_search',
          'reasoning',
          'agent_message',
          'error',
        ),
      ),
    ),
  ],
  [
    'item.completed',
    itemLine(
      new Map<string, Handler>([
        ['command_execution', commandCompleted],
        ['file_change', (log, item) => ({ ...finish(log, idOf(item)), worked: true })],
        ['mcp_tool_call', (log, item) => finish(log, idOf(item))],
        ['collab_tool_call', (log, item) => finish(log, idOf(item))],
        ['agent_message', messageCompleted],
        // An error item is a warning: the run goes on and may still end well.
        ...passing('todo_list', 'web_search', 'reasoning', 'error'),
      ]),
    ),
  ],
])

/** Item ids restart with each run, so a run that is resumed into the same log starts clean. */
function threadStarted(log: LaneLog, event: JsonObject): LaneLog | Unread {
  const threadId = asWord(event.thread_id)
  if (!threadId) return malformed('thread.started')
  const next: LaneLog = { ...log, threadId, turn: { kind: 'none' }, open: [] }
  if (log.threadId === null || log.threadId === threadId) return next
  return {
    ...next,
    worked: false,
    lastCommand: null,
    lastExit: null,
    lastMessage: null,
    tokens: null,
  }
}

function turnFailed(log: LaneLog, event: JsonObject): LaneLog | Unread {
  const message = asText(asObject(event.error)?.message)
  if (message === null) return malformed('turn.failed')
  const turn = { kind: 'failed', at: null, cause: null, message: clip(message, 1_000) } as const
  return { ...log, turn }
}

/** A final error is followed by `turn.failed`; one that is not final is no failure. */
function errorLine(log: LaneLog, event: JsonObject): LaneLog | Unread {
  const text = asText(event.message)
  if (text === null) return malformed('error')
  const message = clip(text, 1_000)
  if (!message.startsWith('Reconnecting')) return log
  // Whatever it names as the reason, a refused key too, it is trying again: only an end has a cause.
  return { ...log, waiting: { message, cause: null } }
}

function itemLine(types: ReadonlyMap<string, Handler>): Handler {
  return (log, event) => {
    const item = asObject(event.item)
    const type = asText(item?.type)
    if (!item || type === null) return malformed(`${asText(event.type)}`)
    return types.get(type)?.(log, item) ?? unknown(`item ${type}`)
  }
}

function passing(...types: string[]): [string, Handler][] {
  return types.map(type => [type, log => log])
}

const idOf = (item: JsonObject): string => asWord(item.id) ?? ''

function commandStarted(log: LaneLog, item: JsonObject): LaneLog | Unread {
  const command = asText(item.command)
  if (command === null) return malformed('command_execution')
  return begin(withCommand(log, command), idOf(item), command, 'work')
}

function commandCompleted(log: LaneLog, item: JsonObject): LaneLog | Unread {
  const command = asText(item.command)
  if (command === null) return malformed('command_execution')
  return { ...withCommand(finish(log, idOf(item)), command), lastExit: asInteger(item.exit_code) }
}

function workStarted(text: (item: JsonObject) => string): Handler {
  return (log, item) => begin(log, idOf(item), text(item), 'work')
}

function callStarted(text: (item: JsonObject) => string): Handler {
  return (log, item) => begin(log, idOf(item), text(item), 'call')
}

function messageCompleted(log: LaneLog, item: JsonObject): LaneLog | Unread {
  const text = asText(item.text)
  return text === null ? malformed('agent_message') : withMessage(log, text)
}
