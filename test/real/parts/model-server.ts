/**
 * A model server on loopback that speaks enough of the OpenAI Responses API (server-sent events)
 * for the real Codex: it asks for one command, then says a last word. The test decides when.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Turn {
  /** Tool outputs that the agent has sent back so far in this turn. */
  step: number
  tools: string[]
}

export interface ModelServer {
  readonly baseUrl: string
  /** Lets the next answer go: the server holds each one until then. */
  release(): void
  /** Resolves when `count` requests have arrived. */
  asked(count: number): Promise<void>
  close(): Promise<void>
}

const USAGE = {
  input_tokens: 1_200,
  input_tokens_details: { cached_tokens: 800 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 1_250,
}

/** `command` is what the agent is told to run, once. */
export async function startModelServer(command: string): Promise<ModelServer> {
  let asked = 0
  let released = 0
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const look of watchers) look()
  }
  const until = (done: () => boolean) =>
    new Promise<void>(resolve => {
      const look = () => {
        if (!done()) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST' || !request.url?.endsWith('/responses')) {
      response.writeHead(404).end('{"error":{"message":"not here"}}')
      return
    }
    const turn = readTurn(await bodyOf(request))
    asked += 1
    const mine = asked
    changed()
    await until(() => released >= mine)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of eventsOf(turn, command, mine)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    release: () => {
      released += 1
      changed()
    },
    asked: count => until(() => asked >= count),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>
}

function readTurn(body: Record<string, unknown>): Turn {
  const input = (body.input ?? []) as { role?: string; type?: string }[]
  const tools = (body.tools ?? []) as { name?: string; type?: string }[]
  const lastUser = input.findLastIndex(item => item.role === 'user')
  const outputs = input.slice(lastUser + 1).filter(item => item.type?.endsWith('call_output'))
  return { step: outputs.length, tools: tools.map(tool => tool.name ?? tool.type ?? '') }
}

function eventsOf(turn: Turn, command: string, id: number) {
  const item = turn.step === 0 ? callItem(turn, command, id) : messageItem('Committed.', id)
  const response = { id: `resp_${id}` }
  return [
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, usage: USAGE } },
  ]
}

const messageItem = (text: string, id: number) => ({
  type: 'message',
  role: 'assistant',
  id: `msg_${id}`,
  content: [{ type: 'output_text', text }],
})

/** Whichever shell tool this version of the agent offers. */
function callItem(turn: Turn, command: string, id: number) {
  const [name, args] = turn.tools.includes('exec_command')
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
