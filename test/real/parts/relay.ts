/** A TCP relay on loopback that makes a link slow, hangs it or cuts it. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Duplex, Transform } from 'node:stream'

export interface Relay {
  readonly port: number
  /** Connections open now. */
  readonly open: number
  /** Bytes taken so far, both ways. */
  readonly bytes: number
  /** Round trip added from now on, in ms. */
  delay(roundTripMs: number): void
  /** Nothing passes any more, nothing is closed: as when the network goes away. */
  hang(): void
  /** Lets everything pass again. */
  resume(): void
  /** Resets every connection; new ones are still taken. */
  cut(): void
  stop(): Promise<void>
}

export async function startRelay(to: { host: string; port: number }): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const lines = new Set<Lag>()
  let oneWayMs = 0
  let hung = false
  let bytes = 0
  const server = createServer(near => {
    const far = connect({ ...to, noDelay: true })
    const pair = [near.setNoDelay(true), far] as const
    pairs.add(pair)
    for (const [from, into] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      const lag = new Lag(
        () => oneWayMs,
        () => hung,
      )
      lines.add(lag)
      from.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      from.pipe(lag as Duplex).pipe(into)
      from.on('error', () => into.destroy())
      from.once('close', () => {
        pairs.delete(pair)
        lines.delete(lag)
        into.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size
    },
    get bytes() {
      return bytes
    },
    delay: roundTripMs => {
      oneWayMs = roundTripMs / 2
    },
    hang: () => {
      hung = true
    },
    resume: () => {
      hung = false
      for (const lag of lines) lag.release()
    },
    cut,
    stop: async () => {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}

/** Hands chunks on in order, each when its time has come. */
class Lag extends Transform {
  readonly #waiting: { chunk: Buffer; due: number }[] = []
  readonly #delayMs: () => number
  readonly #hung: () => boolean
  #timer: NodeJS.Timeout | undefined
  #ended: (() => void) | undefined
  constructor(delayMs: () => number, hung: () => boolean) {
    super()
    this.#delayMs = delayMs
    this.#hung = hung
  }
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#waiting.push({ chunk, due: performance.now() + this.#delayMs() })
    this.release()
    done()
  }
  override _flush(done: () => void): void {
    this.#ended = done
    this.release()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    done(error)
  }
  release(): void {
    clearTimeout(this.#timer)
    if (this.#hung()) return
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const wait = next.due - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => this.release(), wait)
        return
      }
      this.push(next.chunk)
      this.#waiting.shift()
    }
    this.#ended?.()
  }
}
