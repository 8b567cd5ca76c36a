/**
 * Keeps a probe resident while the link is up: starts it, takes its facts, measures the round
 * trip, starts it again when it dies. What it says is hostile until it was parsed.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { startProbe } from '../../adapters/remote-shell.ts'
import type { Transport } from '../../adapters/transport.ts'
import type { FactDraft, Instant } from '../../state/facts.ts'
import { openPeer, type Peer, RpcFault } from '../rpc/peer.ts'
import {
  PROBE_METHODS,
  type ProbeConfig,
  type ProbeMethod,
  type ProbeParams,
  type ProbeResult,
  readFacts,
} from '../rpc/probe-api.ts'
import { parseResult } from '../rpc/serve.ts'

export interface ProbeDeps {
  /** The probe's bundled text. */
  code: Buffer
  /** Node on the host, when the profile names one. */
  node: string | null
  config: ProbeConfig
  put(source: string, drafts: FactDraft[]): void
  measured(rttMs: number, skewMs: number): void
  now(): Instant
}

export interface ProbeState {
  version: string | null
  message: string | null
}

export interface ProbeSession {
  readonly state: ProbeState
  /** Names of its collectors; empty until it was configured once. */
  readonly sources: readonly string[]
  /** Why it cannot be asked, or null when it can. Waits up to `ms` while it is being started. */
  ready(ms: number): Promise<string | null>
  /** Runs until `signal` aborts. */
  serve(transport: Transport, signal: AbortSignal): Promise<void>
  request<M extends ProbeMethod>(method: M, params: ProbeParams<M>): Promise<ProbeResult<M>>
}

const PING_MS = 5_000
const PINGS = 3
const RESTART_MS = { first: 500, longest: 30_000 }
/** A probe that lived this long was well: the next restart is quick again. */
const WELL_AFTER_MS = 60_000
const SOURCE = 'probe'

export function newProbeSession(deps: ProbeDeps): ProbeSession {
  let peer: Peer | null = null
  let sources: readonly string[] = []
  let state: ProbeState = { version: null, message: 'not started' }
  /** Resolves when the start that is under way, or awaited, has come out. */
  let started = Promise.withResolvers<void>()

  const say = (next: ProbeState, mend: string | null) => {
    const changed = next.message !== state.message || next.version !== state.version
    state = next
    if (!changed) return
    const at = deps.now()
    const { message } = next
    const value = {
      state: message === null ? ('ok' as const) : ('error' as const),
      since: at,
      lookedAt: at,
      periodMs: 0,
      message,
      mend,
    }
    deps.put(SOURCE, [{ kind: 'source', key: SOURCE, at, value }])
  }

  const ask = async <M extends ProbeMethod>(method: M, params: ProbeParams<M>) => {
    if (!peer) throw new RpcFault(state.message ?? 'no probe on the host')
    return parseResult(PROBE_METHODS, method, await peer.request(method, params)) as ProbeResult<M>
  }

  /** The quickest of a few: a probe that is busy looking answers late, which is not the link. */
  const measure = async () => {
    let best = { rtt: Number.POSITIVE_INFINITY, skew: 0 }
    for (let left = PINGS; left > 0; left--) {
      const asked = performance.now()
      const { now } = await ask('ping', {})
      const rtt = performance.now() - asked
      if (rtt < best.rtt) best = { rtt, skew: now + rtt / 2 - deps.now() }
    }
    deps.measured(best.rtt, best.skew)
  }

  /** One life of a probe: resolves when it is over. */
  const live = async (transport: Transport, signal: AbortSignal) => {
    const start = await startProbe(transport, { node: deps.node, code: deps.code })
    if (start.kind !== 'started') {
      say({ version: null, message: start.message }, start.mend)
      started.resolve()
      return
    }
    const { channel } = start
    peer = openPeer(
      { input: channel.stdout, output: channel.stdin, destroy: () => channel.close() },
      {
        facts: params => {
          const event = readFacts(params)
          if (event) deps.put(event.source, event.drafts)
          if (event?.skipped !== 0) {
            const message = `${event?.skipped ?? 'some'} facts that cannot be read were skipped`
            say({ ...state, message }, 'this is a defect: please report it')
          }
        },
      },
    )
    const end = () => peer?.close()
    signal.addEventListener('abort', end)
    try {
      const { version, sources: names } = await ask('configure', deps.config)
      sources = names
      say({ version, message: null }, null)
      started.resolve()
      while (!signal.aborted) {
        await measure()
        await Promise.race([
          delay(PING_MS, undefined, { signal }).catch(() => undefined),
          peer.closed,
        ])
        if (channel.stdout.destroyed || channel.stdout.readableEnded) break
      }
      if (!signal.aborted) throw new RpcFault('the probe ended')
    } catch (error) {
      const last = start.lastWords().trim().split('\n').at(-1) ?? ''
      const message = [(error as Error).message, last].filter(Boolean).join(': ')
      // One that was well is back in a moment; of one that was not, that is the word.
      if (state.message === null) started = Promise.withResolvers<void>()
      else started.resolve()
      if (!signal.aborted) say({ version: null, message }, 'the hub starts it again')
    } finally {
      signal.removeEventListener('abort', end)
      end()
      peer = null
    }
  }

  return {
    get state() {
      return state
    },
    get sources() {
      return sources
    },
    async ready(ms) {
      await Promise.race([started.promise, delay(ms, undefined, { ref: false })])
      return state.message
    },
    async serve(transport, signal) {
      started = Promise.withResolvers<void>()
      let wait = RESTART_MS.first
      while (!signal.aborted) {
        const bornAt = deps.now()
        await live(transport, signal)
        if (deps.now() - bornAt > WELL_AFTER_MS) wait = RESTART_MS.first
        await delay(wait, undefined, { signal }).catch(() => undefined)
        wait = Math.min(wait * 2, RESTART_MS.longest)
      }
      state = { version: null, message: 'the link is down' }
      started.resolve()
    },
    request: ask,
  }
}
