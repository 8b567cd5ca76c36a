/** Lock files of the host beside their pull requests: what is left over is told. */
import { type Collector, sawAll } from '../../../adapters/collector.ts'
import type { LeftoversConfig } from '../../../state/config.ts'
import type { FactDraft, Instant } from '../../../state/facts.ts'
import type { LockFact } from '../../../state/lock-file.ts'
import { judgeLock } from '../../policy/lock-file.ts'
import type { FactStore } from '../fact-store.ts'
import type { PullStates } from './pull-states.ts'

export interface LockWatchDeps {
  leftovers: LeftoversConfig
  facts: FactStore
  pulls: PullStates
  /** On the host's clock. */
  now(): Instant
}

const PERIOD_MS = 60_000

/** Facts of kind `lock`. None when the profile names no lock files. */
export const lockWatch = (deps: LockWatchDeps): Collector[] =>
  deps.leftovers.locks.length === 0 ? [] : [watchOf(deps)]

function watchOf({ leftovers, facts, pulls, now }: LockWatchDeps): Collector {
  return {
    name: 'locks',
    periodMs: PERIOD_MS,
    watch: (poke, signal) => {
      const stop = facts.onChange(changes => {
        if (changes.some(({ next }) => next.kind === 'lock-file')) poke('host')
      })
      signal.addEventListener('abort', stop, { once: true })
    },
    look: async () => {
      const locks = facts.values('lock-file')
      const said = await pulls.of(locks, 'lately')
      const at = now()
      return sawAll(
        locks.map((lock, index): FactDraft => {
          const of = said[index] ?? { repo: null, pull: 'unknown', fault: null }
          const verdict = judgeLock({ lock, pull: of.pull, maxAgeMs: leftovers.lockAge, now: at })
          const value: LockFact = { ...lock, ...of, ...verdict }
          return { kind: 'lock', key: lock.path, at, value }
        }),
      )
    },
  }
}
