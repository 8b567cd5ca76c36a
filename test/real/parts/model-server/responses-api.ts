/** Enough of the OpenAI Responses API (server-sent events) for the real Codex. */
import type { ModelApi, Whole } from './answer.ts'

type Body = Record<string, unknown>

const USAGE = {
  input_tokens: 1_200,
  input_tokens_details: { cached_tokens: 800 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 1_250,
}

export const responsesApi: ModelApi = {
  path: '/responses',
  read(body) {
    const input = (body.input ?? []) as { role?: string; type?: string }[]
    const people = input.filter(item => item.role === 'user')
    const lastUser = input.findLastIndex(item => item.role === 'user')
    const outputs = input.slice(lastUser + 1).filter(item => item.type?.endsWith('call_output'))
    return { step: outputs.length, said: JSON.stringify(people), canRun: true }
  },
  opening: (_body, id) => created(id),
  events(body, answer, id) {
    const item = itemOf(body, answer, id)
    const items = item && [
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
    ]
    const response = { id: `resp_${id}`, usage: USAGE }
    return [created(id), ...(items ?? []), { type: 'response.completed', response }]
  },
  refusal: error => ({ error }),
}

const created = (id: number) => ({ type: 'response.created', response: { id: `resp_${id}` } })

function itemOf(body: Body, answer: Whole, id: number): object | null {
  if (answer.kind === 'nothing') return null
  if (answer.kind === 'run') return callItem(body, answer.command, id)
  return {
    type: 'message',
    role: 'assistant',
    id: `msg_${id}`,
    content: [{ type: 'output_text', text: answer.text }],
  }
}

/** Whichever shell tool this version of the agent offers. */
function callItem(body: Body, command: string, id: number) {
  const tools = (body.tools ?? []) as { name?: string }[]
  const [name, args] = tools.some(tool => tool.name === 'exec_command')
    ? ['exec_command', { cmd: command, yield_time_ms: 30_000 }]
    : ['shell_command', { command, timeout_ms: 600_000 }]
  return {
    type: 'function_call',
    id: `fc_${id}`,
    call_id: `call_${id}`,
    name,
    arguments: JSON.stringify(args),
  }
}
