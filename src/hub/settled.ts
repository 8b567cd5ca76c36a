/** Waits until what the hub shows is whole: for commands that print once and go. */
import type { FactStore } from './fact-store.ts'
import type { Link } from './link.ts'
import type { ProbeSession } from './probe-session.ts'

export interface Parts {
  link: Link
  probe: ProbeSession
  facts: FactStore
  /** Names of the hub's own collectors. */
  own: readonly string[]
}

/** Resolves when every collector has looked once and nothing more can come, or after `ms`. */
export async function settled({ link, probe, facts, own }: Parts, ms: number): Promise<void> {
  const limit = AbortSignal.timeout(ms)
  const ready = await link.ready(ms)
  const isWhole = () => {
    const theirs = ready.kind === 'open' ? probe.sources : []
    const probeSpoke = ready.kind !== 'open' || facts.value('source', 'probe') !== undefined
    const names = [...own, ...theirs]
    return probeSpoke && names.every(name => facts.value('source', name) !== undefined)
  }
  await new Promise<void>(resolve => {
    const look = () => {
      if (!isWhole() && !limit.aborted) return
      stop()
      limit.removeEventListener('abort', look)
      resolve()
    }
    const stop = facts.onChange(look)
    limit.addEventListener('abort', look)
    look()
  })
}
