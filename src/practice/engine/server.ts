/**
 * An engine for boxes on a Unix socket, as much of Docker's API 1.41 as the console asks. What it
 * does not know it refuses with 501, so that nobody takes silence for an answer.
 */
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import * as z from 'zod'
import { parseJson, readBytes } from '../github/http.ts'
import type { Container, Containers } from './containers.ts'
import type { Exec, Execs } from './execs.ts'
import { IMAGES } from './images.ts'
import { afterBody, refuseUpgrade, upgrade } from './upgrade.ts'
import { containerView, eventView, HISTORY, imageArchive, imageView } from './views.ts'

export interface EngineOptions {
  socket: string
  containers: Containers
  execs: Execs
  now(): number
}

export interface EngineServer {
  close(): Promise<void>
}

interface Asked {
  request: IncomingMessage
  response: ServerResponse
  /** What the pattern of its path caught. */
  key: string
  query: URLSearchParams
}

type Serve = (asked: Asked) => void | Promise<void>

const MOST_BYTES = 2 ** 20

const Create = z.object({
  Image: z.string(),
  Cmd: z.array(z.string()).min(1),
  WorkingDir: z.string().startsWith('/'),
  Env: z.array(z.string()).default([]),
  Labels: z.record(z.string(), z.string()).default({}),
})

const ExecCreate = z.object({
  Cmd: z.array(z.string()).min(1),
  WorkingDir: z.string().startsWith('/').optional(),
  Env: z.array(z.string()).default([]),
  Tty: z.boolean().default(false),
})

const environment = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    entries.map(each => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  )

const Filters = z.object({
  label: z.array(z.string()).default([]),
  event: z.array(z.string()).default([]),
})

function answer(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'api-version': '1.41' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

const refuse = (response: ServerResponse, status: number, message: string): void =>
  answer(response, status, { message })

const filtersOf = (query: URLSearchParams) => Filters.parse(parseJson(query.get('filters') ?? '{}'))

const carries = ({ plan }: Container, labels: readonly string[]): boolean =>
  labels.every(label => {
    const [name = '', value] = label.split('=')
    return value === undefined ? name in plan.labels : plan.labels[name] === value
  })

const onImage =
  (serve: (image: (typeof IMAGES)[number], asked: Asked) => void | Promise<void>): Serve =>
  asked => {
    const image = IMAGES.find(({ name, id }) => name === asked.key || id === asked.key)
    if (image) return serve(image, asked)
    refuse(asked.response, 404, `No such image: ${asked.key}`)
  }

const placeOf = ({ url }: IncomingMessage) => {
  const { pathname, searchParams: query } = new URL(url ?? '/', 'http://engine')
  return { path: decodeURIComponent(pathname).replace(/^\/v1\.\d+(?=\/)/, ''), query }
}

export async function startEngine({
  socket,
  containers,
  execs,
  now,
}: EngineOptions): Promise<EngineServer> {
  const start = now()

  const onContainer =
    (serve: (container: Container, asked: Asked) => void | Promise<void>): Serve =>
    asked => {
      const container = containers.find(asked.key)
      if (container) return serve(container, asked)
      refuse(asked.response, 404, `No such container: ${asked.key}`)
    }
  const create: Serve = async ({ request, response, query }) => {
    const text = (await readBytes(request, MOST_BYTES)).toString('utf8')
    const asked = Create.safeParse(parseJson(text))
    if (!asked.success) return refuse(response, 400, z.prettifyError(asked.error))
    const { Image: image, Cmd: argv, WorkingDir: cwd, Env, Labels: labels } = asked.data
    if (!IMAGES.some(({ id }) => id === image))
      return refuse(response, 404, `No such image: ${image}`)
    const env = environment(Env)
    const name = query.get('name') ?? ''
    const made = containers.create({ name, image, labels, argv, cwd, env })
    if (made) answer(response, 201, { Id: made.id, Warnings: [] })
    else refuse(response, 409, `Conflict. The container name "/${name}" is already in use`)
  }

  const onExec =
    (serve: (exec: Exec, asked: Asked) => void): Serve =>
    asked => {
      const exec = execs.find(asked.key)
      if (exec) return serve(exec, asked)
      refuse(asked.response, 404, `No such exec instance: ${asked.key}`)
    }
  const createExec = async (container: Container, { request, response }: Asked) => {
    const text = (await readBytes(request, MOST_BYTES)).toString('utf8')
    const asked = ExecCreate.safeParse(parseJson(text))
    if (!asked.success) return refuse(response, 400, z.prettifyError(asked.error))
    const { Cmd: argv, WorkingDir: cwd, Env, Tty: hasTerminal } = asked.data
    const exec = execs.create(container, { argv, cwd, env: environment(Env), hasTerminal })
    if (exec) answer(response, 201, { Id: exec.id })
    else refuse(response, 409, `Container ${container.id} is not running`)
  }

  const routes: readonly [method: string, path: RegExp, serve: Serve][] = [
    ['GET', /^\/_ping$/, ({ response }) => void response.end('OK')],
    [
      'GET',
      /^\/info$/,
      ({ response }) =>
        answer(response, 200, {
          Name: 'practice',
          ServerVersion: 'practice',
          Containers: containers.all().length,
          Images: IMAGES.length,
        }),
    ],
    [
      'GET',
      /^\/containers\/json$/,
      ({ response, query }) => {
        const { label } = filtersOf(query)
        const found = containers.all().filter(one => carries(one, label))
        answer(
          response,
          200,
          found.map(({ id, plan }) => ({ Id: id, Names: [`/${plan.name}`] })),
        )
      },
    ],
    ['POST', /^\/containers\/create$/, create],
    [
      'GET',
      /^\/containers\/([^/]+)\/json$/,
      onContainer((one, { response }) => answer(response, 200, containerView(one))),
    ],
    [
      'GET',
      /^\/containers\/([^/]+)\/top$/,
      onContainer(({ pid }, { response }) =>
        answer(response, 200, { Titles: ['PID'], Processes: pid === 0 ? [] : [[String(pid)]] }),
      ),
    ],
    [
      'POST',
      /^\/containers\/([^/]+)\/start$/,
      onContainer(async (one, { response }) =>
        answer(response, (await containers.start(one)) ? 204 : 304),
      ),
    ],
    [
      'POST',
      /^\/containers\/([^/]+)\/kill$/,
      onContainer((one, { response, query }) => {
        if (containers.kill(one, query.get('signal') ?? 'SIGKILL')) answer(response, 204)
        else refuse(response, 409, `Container ${one.id} is not running`)
      }),
    ],
    ['POST', /^\/containers\/([^/]+)\/exec$/, onContainer(createExec)],
    [
      'GET',
      /^\/exec\/([^/]+)\/json$/,
      onExec(({ state, exit }, { response }) =>
        answer(response, 200, { Running: state === 'running', ExitCode: exit }),
      ),
    ],
    [
      'POST',
      /^\/exec\/([^/]+)\/resize$/,
      onExec((exec, { response, query }) => {
        execs.resize(exec, { columns: Number(query.get('w')), rows: Number(query.get('h')) })
        answer(response, 200)
      }),
    ],
    [
      'DELETE',
      /^\/containers\/([^/]+)$/,
      onContainer((one, { response }) => {
        if (one.state === 'running') return refuse(response, 409, 'stop the container first')
        containers.remove(one)
        answer(response, 204)
      }),
    ],
    [
      'GET',
      /^\/images\/(.+)\/json$/,
      onImage((image, { response }) => answer(response, 200, imageView(image, start))),
    ],
    [
      'GET',
      /^\/images\/(.+)\/history$/,
      onImage((_image, { response }) => answer(response, 200, HISTORY)),
    ],
    [
      'GET',
      /^\/images\/(.+)\/get$/,
      onImage(async (image, { response }) => {
        response.writeHead(200, { 'content-type': 'application/x-tar' })
        const archive = await imageArchive(image)
        archive.pipe(response)
      }),
    ],
    [
      'GET',
      /^\/events$/,
      ({ response, query }) => {
        const { label, event } = filtersOf(query)
        response.writeHead(200, { 'content-type': 'application/json' })
        response.flushHeaders()
        const stop = containers.listen(told => {
          const isAsked = event.length === 0 || event.includes(told.action)
          if (isAsked && carries(told.container, label)) {
            response.write(`${JSON.stringify(eventView(told, now()))}\n`)
          }
        })
        response.once('close', stop)
      },
    ],
  ]

  const server = createServer((request, response) => {
    const { path, query } = placeOf(request)
    const route = routes.find(([method, at]) => method === request.method && at.test(path))
    if (!route) return refuse(response, 501, `the practice engine does not know ${path}`)
    const [, at, serve] = route
    const asked = { request, response, key: at.exec(path)?.[1] ?? '', query }
    Promise.resolve()
      .then(() => serve(asked))
      .catch((error: unknown) => refuse(response, 500, String(error)))
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const [, id = ''] = /^\/exec\/([^/]+)\/start$/.exec(placeOf(request).path) ?? []
    const exec = execs.find(id)
    stream.on('error', () => stream.destroy())
    if (exec === null) return refuseUpgrade(stream, 404, `No such exec instance: ${id}`)
    afterBody(request, stream, head)
      .then(() => upgrade(stream))
      .then(() => execs.start(exec, stream))
      .catch((error: unknown) => stream.destroy(error as Error))
  })
  server.listen(socket)
  await once(server, 'listening')
  chmodSync(socket, 0o600)
  return {
    close: async () => {
      containers.stop()
      execs.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
