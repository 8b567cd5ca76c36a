/**
 * Writes as `codex exec --json` 0.169 does: events without a time on stdout, and a rollout with
 * one. The lines carry every field that says something, and leave out the long prompts.
 */
import { type Happening, type LaneOrder, type Lines, type Voice, voiceOf } from './beat.ts'

const CONTEXT_WINDOW = 258_400
const TURN_TOKENS = { input_tokens: 1200, cached_input_tokens: 800, cache_write_input_tokens: 0 }
const TURN_OUTPUT = { output_tokens: 50, reasoning_output_tokens: 20 }

const RECONNECTING =
  'Reconnecting... waiting for network (Connection failed: error sending request)'
const UNAUTHORIZED =
  'unexpected status 401 Unauthorized: Incorrect API key provided., url: https://model.invalid/v1/responses'

/** As codex joins an argument list for people to read. */
const shown = (command: string): string => `/bin/bash -lc '${command.replaceAll("'", `'"'"'`)}'`

const event = (type: string, more: object = {}) => JSON.stringify({ type, ...more })
const item = (type: string, id: string, more: object) =>
  event(`item.${type}`, { item: { id, ...more } })
const withTotal = <T extends { input_tokens: number; output_tokens: number }>(used: T) => ({
  ...used,
  total_tokens: used.input_tokens + used.output_tokens,
})

export function codexVoice(order: LaneOrder, cwd: string, head: string): Voice {
  const thread = order.threadId
  const turn = `${thread.slice(0, 24)}${thread.slice(24).split('').toReversed().join('')}`
  let items = 0
  let ordinal = 0
  let turns = 0
  let open = ''
  let startedAt = 0
  let lastMessage: string | null = null

  const nextItem = () => `item_${items++}`
  const row = (at: number, type: string, payload: object) =>
    JSON.stringify({ timestamp: new Date(at).toISOString(), ordinal: ordinal++, type, payload })
  const message = (at: number, type: string, more: object) =>
    row(at, 'event_msg', { type, ...more })
  const usage = () => ({
    input_tokens: TURN_TOKENS.input_tokens * turns,
    cached_input_tokens: TURN_TOKENS.cached_input_tokens * turns,
    cache_write_input_tokens: 0,
    output_tokens: TURN_OUTPUT.output_tokens * turns,
    reasoning_output_tokens: TURN_OUTPUT.reasoning_output_tokens * turns,
  })
  const tokens = (at: number) =>
    message(at, 'token_count', {
      info: {
        total_token_usage: withTotal(usage()),
        last_token_usage: withTotal({ ...TURN_TOKENS, ...TURN_OUTPUT }),
        last_usage_includes_reasoning: false,
        model_context_window: CONTEXT_WINDOW,
      },
      rate_limits: { limit_id: 'codex', limit_name: null, primary: null, secondary: null },
    })
  const completed = (at: number, itemOf: object) =>
    message(at, 'item_completed', {
      thread_id: thread,
      turn_id: turn,
      item: itemOf,
      started_at_ms: at,
      completed_at_ms: at,
    })
  const ended = (at: number, more: object) =>
    message(at, 'task_complete', {
      root_turn_id: turn,
      turn_id: turn,
      last_agent_message: lastMessage,
      ...more,
      started_at: Math.floor(startedAt / 1000),
      completed_at: Math.floor(at / 1000),
      duration_ms: at - startedAt,
    })

  const begin = (at: number): Lines => {
    startedAt = at
    const iso = new Date(at).toISOString()
    return {
      log: [event('thread.started', { thread_id: thread }), event('turn.started')],
      session: [
        row(at, 'session_meta', {
          session_id: thread,
          id: thread,
          timestamp: iso,
          cwd,
          originator: 'codex_exec',
          cli_version: '0.169.0',
          source: 'exec',
          thread_source: 'user',
          model_provider: 'practice',
          git: { commit_hash: head, branch: `lane/${order.name}` },
        }),
        message(at, 'task_started', {
          turn_id: turn,
          root_turn_id: turn,
          started_at: Math.floor(at / 1000),
          model_context_window: CONTEXT_WINDOW,
          collaboration_mode_kind: 'default',
        }),
        row(at, 'turn_context', {
          turn_id: turn,
          root_turn_id: turn,
          cwd,
          approval_policy: 'never',
          model: order.model,
          sandbox_policy: {
            type: order.guard === 'none' ? 'danger-full-access' : 'workspace-write',
          },
        }),
        row(at, 'response_item', {
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: order.brief }],
        }),
      ],
    }
  }

  const failed = (happening: Extract<Happening, { kind: 'fail' }>, at: number): Lines => {
    const quota = happening.cause === 'quota'
    const text = quota ? quotaMessage(happening.resetAt) : UNAUTHORIZED
    const info = quota
      ? 'usage_limit_exceeded'
      : { http_connection_failed: { http_status_code: 401 } }
    return {
      log: [event('error', { message: text }), event('turn.failed', { error: { message: text } })],
      session: [ended(at, { error: { message: text, codex_error_info: info } })],
    }
  }

  return voiceOf({
    begin: (_, at) => begin(at),
    reason: ({ text }, at) => ({
      log: [item('completed', nextItem(), { type: 'reasoning', text })],
      session: [completed(at, { type: 'Reasoning', id: `rs_${ordinal}`, summary_text: [text] })],
    }),
    say: ({ text }, at) => {
      lastMessage = text
      const content = [{ type: 'Text', text }]
      return {
        log: [item('completed', nextItem(), { type: 'agent_message', text })],
        session: [completed(at, { type: 'AgentMessage', id: `msg_${ordinal}`, content })],
      }
    },
    edit: (happening, at) => {
      const id = nextItem()
      const changes = [{ path: happening.path, kind: happening.change }]
      const shape = { type: 'file_change', changes }
      return {
        log: [
          item('started', id, { ...shape, status: 'in_progress' }),
          item('completed', id, { ...shape, status: 'completed' }),
        ],
        session: [completed(at, { type: 'FileChange', id: `call_${ordinal}`, changes })],
      }
    },
    'command-start': (happening, at) => {
      open = nextItem()
      turns += 1
      const command = shown(happening.command)
      const more = { aggregated_output: '', exit_code: null, status: 'in_progress' }
      const call = { name: 'exec_command', arguments: JSON.stringify({ cmd: happening.command }) }
      return {
        log: [item('started', open, { type: 'command_execution', command, ...more })],
        session: [
          row(at, 'response_item', { type: 'function_call', ...call, call_id: `call_${open}` }),
        ],
      }
    },
    'command-end': (happening, at) => {
      const { code, output } = happening
      const status = code === 0 ? 'completed' : 'failed'
      const more = { aggregated_output: output, exit_code: code, status }
      const command = ['/bin/bash', '-lc', happening.command]
      return {
        log: [
          item('completed', open, {
            type: 'command_execution',
            command: shown(happening.command),
            ...more,
          }),
        ],
        session: [
          completed(at, { type: 'CommandExecution', id: `call_${open}`, command, cwd, ...more }),
          tokens(at),
        ],
      }
    },
    reconnect: () => ({ log: [event('error', { message: RECONNECTING })], session: [] }),
    fail: failed,
    complete: (_, at) => {
      turns += 1
      return {
        log: [event('turn.completed', { usage: usage() })],
        session: [tokens(at), ended(at, {})],
      }
    },
  })
}

/** The prose that is all the output says of a quota: with the time in the host's own zone. */
export function quotaMessage(resetAt: number): string {
  const at = new Date(resetAt)
  const day = at.getDate()
  const teen = day >= 11 && day <= 13
  const ending = teen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th')
  const month = at.toLocaleString('en-US', { month: 'short' })
  const time = `${at.getHours() % 12 || 12}:${String(at.getMinutes()).padStart(2, '0')}`
  const half = at.getHours() < 12 ? 'AM' : 'PM'
  const when = `${month} ${day}${ending}, ${at.getFullYear()} ${time} ${half}`
  return `You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at ${when}.`
}
