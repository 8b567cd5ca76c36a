/**
 * The contract of a collector: it looks at one outside system and says what it saw. It runs on
 * the host inside the probe, or in the hub. Its runner diffs, stamps, sends and supervises.
 */
import type { FactDraft } from '../state/facts.ts'
import type { FailedState, SourceState } from '../state/words.ts'
import { codeOf, isAbsence } from './glob.ts'

/** What one look came to. A failure is a value: it becomes a row, never a throw into the screen. */
export interface Look {
  state: SourceState
  /** What is wrong and where; null when `state` is ok. */
  message: string | null
  /** What the operator can do about it. */
  mend: string | null
  /**
   * Everything of this source (`all`: what is missing here is gone), or only what changed
   * (`some`). Ignored unless the state is current: last known values stay, and are shown as stale.
   */
  extent: 'all' | 'some'
  drafts: FactDraft[]
}

export interface Collector {
  /** Unique name: the `source` of its facts. */
  readonly name: string
  /** The slow re-scan behind any watching, in ms. Late by two of these is red. */
  readonly periodMs: number
  /**
   * Watches for changes and calls `poke` with a hint (a path, say) for each; the runner coalesces
   * pokes into one `look(hints)`. Must stop when `signal` aborts. Optional.
   */
  watch?(poke: (hint: string) => void, signal: AbortSignal): void | Promise<void>
  /** Looks: at everything when `hints` is null, else at what the hints name. */
  look(hints: ReadonlySet<string> | null, signal: AbortSignal): Promise<Look>
}

/** A look that saw everything. */
export const sawAll = (drafts: FactDraft[]): Look => ({
  state: 'ok',
  message: null,
  mend: null,
  extent: 'all',
  drafts,
})

/** A look that saw only what changed. */
export const sawSome = (drafts: FactDraft[]): Look => ({
  state: 'ok',
  message: null,
  mend: null,
  extent: 'some',
  drafts,
})

/** A look that saw everything, though something else that the source does has failed. */
export const sawAllBut = (drafts: FactDraft[], message: string, mend: string): Look => ({
  state: 'partial',
  message,
  mend,
  extent: 'all',
  drafts,
})

/** A look that failed; what was known before stays, marked stale. */
export const failed = (state: FailedState, message: string, mend: string): Look => ({
  state,
  message,
  mend,
  extent: 'some',
  drafts: [],
})

/** A look that failed at a file or directory, with the error of the file system. */
export function failedAt(path: string, error: unknown, mend: string): Look {
  const code = codeOf(error)
  const state = isAbsence(code) ? 'absent' : code === 'EACCES' ? 'denied' : 'error'
  return failed(state, `${path} cannot be read (${code})`, mend)
}
