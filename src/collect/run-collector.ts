/**
 * Runs one collector: a full look at once and every period, small looks in between when it pokes.
 * Sends only what changed, says how the source fares, and reports a look that hangs. The probe
 * and the hub run theirs through here.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Collector, Look } from '../../adapters/collector.ts'
import type { FactDraft, Instant, SourceFact } from '../../state/facts.ts'
import { isCurrent } from '../../state/words.ts'

/** Pokes closer together than this are one look: a busy log must not become a busy loop. */
const POKE_GAP_MS = 50

export interface CollectorDeps {
  emit(source: string, drafts: FactDraft[]): void
  now(): Instant
}

/** Starts the collector; it stops when `signal` aborts. Resolves when it has stopped. */
export async function runCollector(
  collector: Collector,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<void> {
  const changes = newDiff()
  const health = newHealth(collector)
  const pokes = newPokes()
  const guard = setInterval(() => {
    const late = health.hung(deps.now())
    if (late) deps.emit(collector.name, [late])
  }, collector.periodMs)
  signal.addEventListener('abort', () => {
    clearInterval(guard)
    pokes.wake()
  })

  const look = async (hints: ReadonlySet<string> | null) => {
    health.began(deps.now())
    const seen = await collector.look(hints, signal).catch(thrown)
    if (signal.aborted) return
    const drafts = isCurrent(seen.state) ? changes(seen, deps.now()) : []
    const source = health.ended(seen, deps.now(), hints === null)
    if (source) drafts.push(source)
    if (drafts.length > 0) deps.emit(collector.name, drafts)
  }

  void collector.watch?.(pokes.poke, signal)
  while (!signal.aborted) {
    await look(null)
    const rescanAt = deps.now() + collector.periodMs
    for (;;) {
      const left = rescanAt - deps.now()
      if (left <= 0 || signal.aborted) break
      const hints = await pokes.next(left)
      if (signal.aborted || hints === null) break
      await look(hints)
      await delay(POKE_GAP_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** A defect of a collector is a row like any other failure: the rest goes on. */
const thrown = (error: unknown): Look => ({
  state: 'error',
  message: error instanceof Error ? error.message : String(error),
  mend: 'this is a defect: please report it with the message',
  extent: 'some',
  drafts: [],
})

/** Remembers what was sent, key by key; returns only what differs, and what is gone as null. */
function newDiff() {
  const sent = new Map<string, { text: string; draft: FactDraft }>()
  return (look: Look, at: Instant): FactDraft[] => {
    const out: FactDraft[] = []
    const seen = new Set<string>()
    for (const draft of look.drafts) {
      const id = `${draft.kind}\0${draft.key}`
      seen.add(id)
      const text = JSON.stringify(draft.value)
      if (sent.get(id)?.text === text) continue
      out.push(draft)
      if (draft.value === null) sent.delete(id)
      else sent.set(id, { text, draft })
    }
    if (look.extent === 'all') {
      for (const [id, { draft }] of sent) {
        if (seen.has(id)) continue
        sent.delete(id)
        out.push({ ...draft, at, value: null })
      }
    }
    return out
  }
}

function newHealth(collector: Collector) {
  let current: SourceFact | null = null
  let startedAt: Instant | null = null
  const put = (fact: SourceFact): FactDraft => {
    current = fact
    return { kind: 'source', key: collector.name, at: fact.lookedAt, value: fact }
  }
  return {
    began(at: Instant) {
      startedAt = at
    },
    /** The source's fact when its state changed, or with each full look as a heartbeat. */
    ended(look: Look, at: Instant, wasFull: boolean): FactDraft | null {
      startedAt = null
      const { state, mend } = look
      // A small look says nothing about what the last full one left out.
      const stands = !wasFull && state === 'ok' && current?.state === 'ok' ? current.message : null
      const message = look.message ?? stands
      const same = current?.state === state && current.message === message
      if (same && !wasFull) return null
      const since = current && current.state === state ? current.since : at
      return put({ state, since, lookedAt: at, periodMs: collector.periodMs, message, mend })
    },
    /** A fact that says so when the present look is late by two periods; once a look. */
    hung(at: Instant): FactDraft | null {
      if (startedAt === null || at - startedAt < 2 * collector.periodMs) return null
      const message = `looking since ${new Date(startedAt).toISOString()} without an answer`
      if (current?.message === message) return null
      const mend = 'the system behind it hangs: look at it on the host'
      const lookedAt = current?.lookedAt ?? startedAt
      const { periodMs } = collector
      return put({ state: 'error', since: startedAt, lookedAt, periodMs, message, mend })
    },
  }
}

/** Gathers hints until somebody waits for them. */
function newPokes() {
  let hints = new Set<string>()
  let wake: (() => void) | null = null
  return {
    poke: (hint: string) => {
      hints.add(hint)
      wake?.()
    },
    wake: () => wake?.(),
    /** Hints so far, or the next within `ms`; null when none came. */
    async next(ms: number): Promise<ReadonlySet<string> | null> {
      if (hints.size === 0) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = null
      }
      if (hints.size === 0) return null
      const taken = hints
      hints = new Set()
      return taken
    },
  }
}
