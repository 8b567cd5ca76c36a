/** Enough of the Anthropic Messages API (server-sent events) for the real Claude Code. */
import type { ModelApi, Whole } from './answer.ts'

type Body = Record<string, unknown>
interface Block {
  type?: string
  text?: string
}
interface Message {
  role?: string
  content?: string | Block[]
}

export const messagesApi: ModelApi = {
  path: '/v1/messages',
  read(body) {
    const messages = (body.messages ?? []) as Message[]
    const people = messages.filter(message => message.role === 'user').map(blocksOf)
    const results = people.map(blocks => blocks.filter(({ type }) => type === 'tool_result').length)
    const lastSaid = results.lastIndexOf(0)
    return {
      step: results.slice(lastSaid + 1).reduce((sum, each) => sum + each, 0),
      said: JSON.stringify(people),
      canRun: ((body.tools ?? []) as { name?: string }[]).some(({ name }) => name === 'Bash'),
    }
  },
  opening: (body, id) => ({ type: 'message_start', message: messageOf(body, id) }),
  events(body, answer, id) {
    const block = blockOf(answer, id)
    const delta = { stop_reason: stopOf(answer), stop_sequence: null }
    const end = { type: 'message_delta', delta, usage: { output_tokens: 20 } }
    const grown = block ? sent(block) : []
    return [messagesApi.opening(body, id), ...grown, end, { type: 'message_stop' }]
  },
  refusal: error => ({ type: 'error', error }),
}

const blocksOf = ({ content }: Message): Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])

const messageOf = ({ model }: Body, id: number) => ({
  id: `msg_${id}`,
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: {
    input_tokens: 100,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 50,
    output_tokens: 1,
  },
})

const stopOf = ({ kind }: Whole) => (kind === 'run' ? 'tool_use' : 'end_turn')

type Said =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: object }

function blockOf(answer: Whole, id: number): Said | null {
  if (answer.kind === 'nothing') return null
  if (answer.kind === 'say') return { type: 'text', text: answer.text }
  const input = { command: answer.command, description: 'as told' }
  return { type: 'tool_use', id: `toolu_${id}`, name: 'Bash', input }
}

/** A block begins empty and grows. */
function sent(block: Said) {
  const [content_block, delta] =
    block.type === 'text'
      ? [
          { ...block, text: '' },
          { type: 'text_delta', text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ]
  return [
    { type: 'content_block_start', index: 0, content_block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
  ]
}
