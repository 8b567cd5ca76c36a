/**
 * One call to Docker's engine (API 1.41, dockerode 5) over a stream that somebody else opens: a
 * forwarded Unix socket. Each call has a connection of its own, bounded in bytes and in time.
 */
import { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import type { DockerOptions } from 'dockerode'
import { BoxFault } from '../box.ts'
import { clip } from '../foreign.ts'
import { TransportError } from '../transport.ts'

export interface Reach {
  /** Opens a stream to the engine's socket. Rejects with BoxFault. */
  connect(): Promise<Duplex>
}

interface Limits {
  /** Null: as long as it takes. */
  timeoutMs: number | null
  /** What the engine may say in all. */
  maxBytes: number
}

/** Of what lasts as long as it is wanted. */
export const UNBOUNDED: Limits = { timeoutMs: null, maxBytes: Number.POSITIVE_INFINITY }
export const ANSWER: Limits = { timeoutMs: 30_000, maxBytes: 16 * 2 ** 20 }

/** Throws BoxFault, and TransportError as `work` does. */
export async function callDocker<T>(
  { connect }: Reach,
  { timeoutMs, maxBytes }: Limits,
  work: (docker: Docker) => Promise<T>,
): Promise<T> {
  const { promise: broken, reject: fail } = Promise.withResolvers<never>()
  broken.catch(() => undefined)
  const agent = new StreamAgent(connect, maxBytes, fail)
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => fail(unknown(`Docker gave no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    // Only who looks at boxes pays for it.
    const { default: Engine } = await import('dockerode')
    const docker = new Engine(withAgent(agent))
    return await Promise.race([work(docker), broken])
  } catch (error) {
    throw asFault(error)
  } finally {
    clearTimeout(timer)
    agent.end()
  }
}

/** Its types do not know the option. */
const withAgent = (agent: Agent): DockerOptions & { agent: Agent } => ({
  host: 'docker.invalid',
  port: 80,
  protocol: 'http',
  agent,
})

/** Gives HTTP the streams that `connect` opens, and ends them with the call. */
class StreamAgent extends Agent {
  readonly #connect: Reach['connect']
  readonly #maxBytes: number
  readonly #fail: (error: Error) => void
  readonly #open = new Set<Duplex>()
  #begun = 0
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(connect: Reach['connect'], maxBytes: number, fail: (error: Error) => void) {
    super({ keepAlive: false })
    this.#connect = connect
    this.#maxBytes = maxBytes
    this.#fail = fail
  }

  override createConnection(
    _options: unknown,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#begun += 1
    void this.#give(stream => done?.(null, stream))
  }

  async #give(to: (stream: Duplex) => void): Promise<void> {
    try {
      const stream = await this.#connect()
      if (this.#isOver) stream.destroy()
      else to(this.#watch(stream))
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #watch(stream: Duplex): Duplex {
    let bytes = 0
    this.#open.add(stream)
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= this.#maxBytes) return
      this.#fail(unknown(`Docker answered more than ${this.#maxBytes} bytes`))
      stream.destroy()
    })
    stream.once('close', () => {
      this.#open.delete(stream)
      this.#lookLater()
    })
    return stream
  }

  /** When all connections are gone and no answer came, dockerode would wait for ever. */
  #lookLater(): void {
    const begun = this.#begun
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#open.size > 0 || this.#begun > begun) return
      this.#fail(unknown('the connection to Docker ended before its answer'))
    }, AFTER_CLOSE_MS)
  }

  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    for (const stream of this.#open) stream.destroy()
    this.destroy()
  }
}

/** An answer that came is told within this. */
const AFTER_CLOSE_MS = 1_000

const unknown = (message: string): BoxFault =>
  new BoxFault(message, {
    state: 'unreachable',
    mend: 'see whether the engine is well on the host; it is asked again',
    isAnswer: false,
  })

/** What the engine itself answered, in its own words. */
function asFault(error: unknown): BoxFault | TransportError {
  if (error instanceof BoxFault || error instanceof TransportError) return error
  const { statusCode, json, message } = error as {
    statusCode?: unknown
    json?: { message?: unknown }
    message?: unknown
  }
  if (typeof statusCode !== 'number')
    return unknown(`Docker: ${clip(String(message ?? error), 500)}`)
  const said = typeof json?.message === 'string' ? json.message : String(message)
  return new BoxFault(`Docker answered ${statusCode}: ${clip(said.trim(), 500)}`, {
    state: statusCode === 403 ? 'denied' : 'error',
    mend: 'see what the engine says about it on the host: docker info',
    isAnswer: true,
  })
}

/** Null when the engine knows no such thing. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode === 404) return null
    throw error
  }
}
