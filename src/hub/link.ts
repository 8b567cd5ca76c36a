/**
 * The one connection: opened, watched, opened again with backoff and jitter. A refusal (host key,
 * authentication) is not tried again until somebody asks, so that nobody is locked out by us.
 */
import pRetry, { AbortError } from 'p-retry'
import { type Transport, TransportError, type TransportFailure } from '../../adapters/transport.ts'
import type { Instant, LinkFact } from '../../state/facts.ts'

export interface LinkDeps {
  /** Resolves the host and makes an unopened transport. Rejects with TransportError. */
  open(): Promise<Transport>
  /** Serves while the link is up; must end when `signal` aborts. */
  serve(transport: Transport, signal: AbortSignal): Promise<void>
  emit(fact: LinkFact): void
  now(): Instant
  /** How the host was named, for the screen. */
  target: string
  kind: 'ssh' | 'local'
  backoff?: { minMs: number; maxMs: number }
}

export type Ready =
  | { kind: 'open'; transport: Transport }
  | { kind: 'transport'; failure: TransportFailure }

export interface Link {
  readonly fact: LinkFact
  /**
   * Waits up to `ms` for the open transport: no more than a moment while it is known to be down,
   * not at all when the host refused.
   */
  ready(ms: number): Promise<Ready>
  /** Asks for a new attempt now: after a refusal, or to cut a wait short. */
  nudge(): void
  /** The unknown key that waits for a yes, as the failure told it. */
  readonly unknownKey: Extract<TransportFailure, { kind: 'unknown-key' }>['key'] | null
  /** Updates what was measured on the open link. */
  measured(rttMs: number, skewMs: number | null): void
  stop(): Promise<void>
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 15_000
/** A dropped link is back within this, or it is really down. */
const DOWN_MS = 3_000

export function startLink(deps: LinkDeps): Link {
  const stopping = new AbortController()
  let fact: LinkFact = {
    state: 'connecting',
    since: deps.now(),
    transport: deps.kind,
    target: deps.target,
    rttMs: null,
    skewMs: null,
    connections: 0,
    reconnects: 0,
    message: null,
    mend: null,
    unknownKey: null,
  }
  let open: Transport | null = null
  let failure: TransportFailure | null = null
  let nudged = new AbortController()
  let isTrying = false
  const waiting = new Set<() => void>()

  const set = (change: Partial<LinkFact>) => {
    const since = change.state && change.state !== fact.state ? deps.now() : fact.since
    fact = { ...fact, since, ...change }
    deps.emit(fact)
    for (const look of waiting) look()
  }

  const failed = (next: TransportFailure) => {
    failure = next
    open = null
    const state =
      next.kind === 'unreachable' || next.kind === 'unknown-outcome' ? 'down' : 'refused'
    const unknownKey =
      next.kind === 'unknown-key'
        ? { type: next.key.type, fingerprint: next.key.fingerprint }
        : null
    const { message, mend } = next
    set({ state, message, mend, unknownKey, connections: 0, rttMs: null })
  }

  /** Whether nobody who asked at the start of `moment` should wait any longer. */
  const isDown = (moment: AbortSignal) =>
    fact.state === 'down' && (moment.aborted || (!isTrying && deps.now() - fact.since >= DOWN_MS))

  const connectOnce = async (): Promise<Transport> => {
    let transport: Transport | null = null
    const giveUp = () => void transport?.close()
    stopping.signal.addEventListener('abort', giveUp)
    isTrying = true
    try {
      transport = await deps.open()
      await transport.connect()
      if (stopping.signal.aborted) throw new TransportError(neverAnswered(deps.target, 0))
      return transport
    } catch (error) {
      await transport?.close()
      const isOver = stopping.signal.aborted
      if (isOver || !(error instanceof TransportError)) throw new AbortError(asError(error))
      failed(error.failure)
      if (fact.state === 'refused') throw new AbortError(error)
      throw error
    } finally {
      stopping.signal.removeEventListener('abort', giveUp)
      isTrying = false
    }
  }

  /** Tries until it is open; waits for a nudge after a refusal. Null when stopping. */
  const connect = async (): Promise<Transport | null> => {
    const { minMs, maxMs } = deps.backoff ?? { minMs: FIRST_WAIT_MS, maxMs: LONGEST_WAIT_MS }
    while (!stopping.signal.aborted) {
      nudged = new AbortController()
      const attempt = AbortSignal.any([stopping.signal, nudged.signal])
      try {
        return await pRetry(connectOnce, {
          retries: Number.POSITIVE_INFINITY,
          minTimeout: minMs,
          maxTimeout: maxMs,
          randomize: true,
          signal: attempt,
        })
      } catch (error) {
        if (attempt.aborted) continue
        if (!(error instanceof TransportError)) failed(defect(error))
        await aborted(nudged.signal, stopping.signal)
      }
    }
    return null
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      const transport = await connect()
      if (!transport) return
      open = transport
      // At once: a read that is asked again must not be given the transport that failed it.
      void transport.lost.then(() => {
        open = null
      })
      failure = null
      const connections = deps.kind === 'ssh' ? 1 : 0
      set({ state: 'up', connections, message: null, mend: null, unknownKey: null })
      const session = new AbortController()
      const served = deps.serve(transport, session.signal)
      const lost = await Promise.race([transport.lost, aborted(stopping.signal)])
      session.abort()
      await Promise.all([served, transport.close()])
      if (lost) {
        fact = { ...fact, reconnects: fact.reconnects + 1 }
        failed(lost)
      }
    }
  }
  const running = run()

  return {
    get fact() {
      return fact
    },
    get unknownKey() {
      return failure?.kind === 'unknown-key' ? failure.key : null
    },
    async ready(ms) {
      const limit = AbortSignal.timeout(ms)
      const moment = AbortSignal.timeout(DOWN_MS)
      for (;;) {
        if (open) return { kind: 'open', transport: open }
        if (failure && fact.state === 'refused') return { kind: 'transport', failure }
        if (limit.aborted || isDown(moment)) {
          return { kind: 'transport', failure: failure ?? neverAnswered(deps.target, ms) }
        }
        await new Promise<void>(resolve => {
          const done = () => {
            waiting.delete(done)
            limit.removeEventListener('abort', done)
            moment.removeEventListener('abort', done)
            resolve()
          }
          waiting.add(done)
          limit.addEventListener('abort', done)
          moment.addEventListener('abort', done)
        })
      }
    },
    nudge: () => {
      // An attempt under way is not doubled: there is one connection, always.
      if (open || isTrying) return
      if (fact.state === 'refused') {
        // The last answer is not the next one: whoever asks now waits for that.
        failure = null
        set({ state: 'connecting', message: null, mend: null, unknownKey: null })
      }
      isTrying = true
      nudged.abort()
    },
    measured(rttMs, skewMs) {
      if (open && worthShowing(fact, rttMs, skewMs)) set({ rttMs, skewMs })
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** A figure that flickers by a millisecond repaints a screen for nothing. */
function worthShowing(fact: LinkFact, rttMs: number, skewMs: number | null): boolean {
  if (fact.rttMs === null) return true
  const jitter = Math.max(3, fact.rttMs * 0.25)
  const drift = Math.abs((skewMs ?? 0) - (fact.skewMs ?? 0))
  return Math.abs(rttMs - fact.rttMs) > jitter || drift > 1_000
}

const neverAnswered = (target: string, ms: number): TransportFailure => ({
  kind: 'unreachable',
  message: `${target} did not answer within ${Math.round(ms / 1000)} s`,
  mend: 'check the network and that sshd runs there; the hub goes on trying',
})

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

const defect = (error: unknown): TransportFailure => ({
  kind: 'refused',
  message: asError(error).message,
  mend: 'this is a defect: please report it with the message',
})

const aborted = (...signals: AbortSignal[]): Promise<null> =>
  new Promise(resolve => {
    const any = AbortSignal.any(signals)
    if (any.aborted) resolve(null)
    else any.addEventListener('abort', () => resolve(null), { once: true })
  })
