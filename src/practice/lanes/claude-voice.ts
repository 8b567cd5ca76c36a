/** Writes as `claude -p --output-format stream-json --verbose` 2.1 does, and its transcript. */
import { type LaneOrder, type Lines, type Voice, voiceOf } from './beat.ts'

const TURN = { input_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 50 }
const TURN_OUTPUT = 20

const FAILURES = {
  quota: {
    error: 'rate_limit',
    status: 429,
    text: "API Error: Request rejected (429) · This request would exceed your account's rate limit. Please try again later.",
  },
  auth: {
    error: 'authentication_failed',
    status: 401,
    text: 'Invalid API key · Fix external API key',
  },
} as const

const usage = (count: number) => ({
  input_tokens: TURN.input_tokens * count,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: TURN.cache_read_input_tokens * count,
  output_tokens: TURN_OUTPUT * count,
})

/** `uuid()` names lines; it must be seeded for a factory that repeats. */
export function claudeVoice(order: LaneOrder, cwd: string, uuid: () => string): Voice {
  const session_id = order.threadId
  let turns = 0
  let tool = ''
  let startedAt = 0
  let attempts = 0
  let lastText = ''
  let parentUuid: string | null = null
  /** A text's twin waits: only what comes next tells whether it ended the turn. */
  let waiting: ((stopReason: 'tool_use' | 'end_turn') => string) | null = null
  const settled = (stopReason: 'tool_use' | 'end_turn'): string[] => {
    const line = waiting?.(stopReason)
    waiting = null
    return line === undefined ? [] : [line]
  }

  /** One message: a line of the output, and its twin in the transcript. */
  const both = (at: number, type: 'assistant' | 'user', message: object, more: object = {}) => {
    const id = uuid()
    const timestamp = new Date(at).toISOString()
    const stamp = type === 'user' ? { timestamp } : {}
    const line = {
      type,
      message,
      parent_tool_use_id: null,
      session_id,
      uuid: id,
      ...stamp,
      ...more,
    }
    const twin = {
      parentUuid,
      isSidechain: false,
      message,
      type,
      uuid: id,
      timestamp,
      userType: 'external',
      entrypoint: 'sdk-cli',
      cwd,
      sessionId: session_id,
      version: '2.1.197',
      gitBranch: `lane/${order.name}`,
      ...more,
    }
    parentUuid = id
    const session = [...settled('tool_use'), JSON.stringify(twin)]
    return { log: [JSON.stringify(line)], session, twin }
  }
  const assistant = (at: number, block: object, model = order.model, more: object = {}) => {
    const message = {
      id: `msg_${turns}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [block],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...TURN, output_tokens: 1 },
    }
    return both(at, 'assistant', message, more)
  }
  const result = (at: number, more: object): string =>
    JSON.stringify({
      type: 'result',
      subtype: 'success',
      duration_ms: at - startedAt,
      num_turns: Math.max(1, turns),
      result: lastText,
      stop_reason: 'end_turn',
      session_id,
      total_cost_usd: 0.002 * turns,
      usage: usage(turns),
      modelUsage: {},
      permission_denials: [],
      terminal_reason: 'completed',
      uuid: uuid(),
      ...more,
    })

  const begin = (at: number): Lines => {
    startedAt = at
    const init = {
      type: 'system',
      subtype: 'init',
      cwd,
      session_id,
      tools: ['Bash', 'Edit', 'Read', 'Write'],
      mcp_servers: [],
      model: order.model,
      permissionMode: order.guard === 'none' ? 'bypassPermissions' : 'acceptEdits',
      claude_code_version: '2.1.197',
      output_style: 'default',
      uuid: uuid(),
    }
    const asked = both(at, 'user', { role: 'user', content: order.brief })
    return { log: [JSON.stringify(init)], session: asked.session }
  }

  const failed = (cause: 'quota' | 'auth', at: number): Lines => {
    const { error, status, text } = FAILURES[cause]
    lastText = text
    const told = assistant(at, { type: 'text', text }, '<synthetic>', { error })
    const last = result(at, { is_error: true, api_error_status: status })
    return { log: [...told.log, last], session: told.session }
  }

  return voiceOf({
    begin: (_, at) => begin(at),
    reason: ({ text }, at) => assistant(at, { type: 'thinking', thinking: text, signature: 'x' }),
    say: ({ text }, at) => {
      turns += 1
      lastText = text
      const { log, session, twin } = assistant(at, { type: 'text', text })
      waiting = stop_reason =>
        JSON.stringify({ ...twin, message: { ...twin.message, stop_reason } })
      return { log, session: session.slice(0, -1) }
    },
    edit: (happening, at) => {
      const input = { file_path: happening.path, content: '…' }
      const id = `toolu_${uuid().slice(0, 8)}`
      const used = assistant(at, { type: 'tool_use', id, name: 'Write', input })
      const done = toolResult(id, `The file ${happening.path} has been updated.`, false)
      return joined(used, both(at, 'user', done))
    },
    'command-start': (happening, at) => {
      turns += 1
      tool = `toolu_${uuid().slice(0, 8)}`
      const input = { command: happening.command, description: 'run' }
      return assistant(at, { type: 'tool_use', id: tool, name: 'Bash', input })
    },
    'command-end': (happening, at) => {
      const { code, output } = happening
      const text = code === 0 ? output.trimEnd() : `Exit code ${code}\n${output.trimEnd()}`
      return both(at, 'user', toolResult(tool, text, code !== 0))
    },
    reconnect: () => {
      attempts += 1
      const retry = {
        type: 'system',
        subtype: 'api_retry',
        attempt: attempts,
        max_retries: 10,
        retry_delay_ms: 500 * 2 ** Math.min(attempts, 6),
        error_status: null,
        error: 'unknown',
        session_id,
        uuid: uuid(),
      }
      return { log: [JSON.stringify(retry)], session: [] }
    },
    fail: ({ cause }, at) => failed(cause, at),
    complete: (_, at) => ({
      log: [result(at, { is_error: false, api_error_status: null })],
      session: [
        ...settled('end_turn'),
        JSON.stringify({ type: 'last-prompt', lastPrompt: order.brief, sessionId: session_id }),
      ],
    }),
  })
}

const toolResult = (id: string, content: string, failed: boolean) => ({
  role: 'user',
  content: [{ type: 'tool_result', content, is_error: failed, tool_use_id: id }],
})

const joined = (first: Lines, second: Lines): Lines => ({
  log: [...first.log, ...second.log],
  session: [...first.session, ...second.session],
})
