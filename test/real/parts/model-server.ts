/**
 * Model servers on loopback for the real agents. What one answers is data; each answer may be
 * held until the test lets it go.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, type ModelApi, run, say } from './model-server/answer.ts'
import { messagesApi } from './model-server/messages-api.ts'
import { responsesApi } from './model-server/responses-api.ts'

export interface ModelServer {
  /** For Codex; without its `/v1` it is the one for Claude. */
  readonly baseUrl: string
  /** Lets the next answer go: a held server keeps each one until then. */
  release(): void
  /** Resolves when `count` requests have arrived. */
  asked(count: number): Promise<void>
  close(): Promise<void>
}

/** A held server: it asks for that command once a turn, then says a last word. */
export const startModelServer = (command: string): Promise<ModelServer> =>
  serveModels(() => [run(command), say('Committed.')], { isHeld: true })

/** In a brief, this names the script that its thread gets from then on. */
export const scriptLine = (name: string): string => `script: ${name}.`

/** Answers each thread by the script that its brief names, and any other question briefly. */
export const startScripts = (
  scripts: ReadonlyMap<string, readonly Answer[]>,
): Promise<ModelServer> =>
  serveModels(
    said => {
      const [, name = ''] = [...said.matchAll(/script: ([\w-]+)\./g)].at(-1) ?? []
      return scripts.get(name) ?? [say('Fine.')]
    },
    { isHeld: false },
  )

/** Gives everybody the same answer. */
export const startAlways = (answer: Answer): Promise<ModelServer> =>
  serveModels(() => [answer], { isHeld: false })

/** Answers each thread by what was said in it: JSON of all that people said, the newest last. */
export const startReader = (read: ScriptFor): Promise<ModelServer> =>
  serveModels(read, { isHeld: false })

const APIS: readonly ModelApi[] = [responsesApi, messagesApi]

/** A thread's answers, one a step; the last one again for every step after. */
type ScriptFor = (said: string) => readonly Answer[]

async function serveModels(
  scriptFor: ScriptFor,
  { isHeld }: { isHeld: boolean },
): Promise<ModelServer> {
  let asked = 0
  let released = isHeld ? 0 : Number.POSITIVE_INFINITY
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
    const path = request.url?.split('?')[0] ?? ''
    const api = APIS.find(each => request.method === 'POST' && path.endsWith(each.path))
    if (!api) {
      sendJson(response, 404, { error: { message: 'not here' } })
      return
    }
    const body = await bodyOf(request)
    const { said, step, canRun } = api.read(body)
    const script = scriptFor(said)
    asked += 1
    const id = asked
    changed()
    await until(() => released >= id)
    const told = script[Math.min(step, script.length - 1)]
    const possible = told?.kind === 'run' && !canRun ? undefined : told
    send(response, { api, body, id }, possible ?? say('Fine.'))
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

interface Asked {
  api: ModelApi
  body: Record<string, unknown>
  id: number
}

function send(response: ServerResponse, { api, body, id }: Asked, answer: Answer): void {
  if (answer.kind === 'refuse') {
    sendJson(response, answer.status, api.refusal(answer.error))
    return
  }
  if (answer.kind === 'cut' || answer.kind === 'silence') {
    sendEvents(response, [api.opening(body, id)])
    // Only what was begun can be cut.
    if (answer.kind === 'cut') response.write('', () => response.destroy())
    return
  }
  sendEvents(response, api.events(body, answer, id))
  response.end()
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function sendEvents(response: ServerResponse, events: readonly { type: string }[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>
}
