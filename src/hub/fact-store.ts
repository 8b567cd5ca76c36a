/**
 * Every fact that the hub holds: the newest by kind and key, and who wants to know of changes. All
 * of them enter here, and leave their secrets at the door: screens, JSON and journal never see one.
 */
import type { Fact, FactDraft, FactKind, FactValue } from '../../state/facts.ts'
import { withoutSecrets } from '../../state/printable.ts'

/** A fact and the one that it replaced. */
export interface Change {
  next: Fact
  previous: Fact | undefined
}

export interface FactStore {
  put(source: string, drafts: readonly FactDraft[]): void
  all(kinds?: readonly FactKind[]): Fact[]
  value<K extends FactKind>(kind: K, key: string): FactValue<K> | undefined
  values<K extends FactKind>(kind: K): FactValue<K>[]
  /** Returns the function that stops listening. */
  onChange(listener: (changes: readonly Change[]) => void): () => void
}

const idOf = (kind: FactKind, key: string) => `${kind}\0${key}`

export function newFactStore(host: string): FactStore {
  const facts = new Map<string, Fact>()
  const listeners = new Set<(changes: readonly Change[]) => void>()
  return {
    put(source, drafts) {
      const changes = drafts.map(draft => {
        const next: Fact = { ...withoutSecrets(draft), host, source }
        const id = idOf(next.kind, next.key)
        const previous = facts.get(id)
        if (next.value === null) facts.delete(id)
        else facts.set(id, next)
        return { next, previous }
      })
      if (changes.length > 0) for (const listener of listeners) listener(changes)
    },
    all(kinds) {
      const wanted = kinds && new Set(kinds)
      return [...facts.values()].filter(fact => !wanted || wanted.has(fact.kind))
    },
    value: <K extends FactKind>(kind: K, key: string) =>
      (facts.get(idOf(kind, key))?.value ?? undefined) as FactValue<K> | undefined,
    values: <K extends FactKind>(kind: K) =>
      [...facts.values()].flatMap(fact =>
        fact.kind === kind && fact.value !== null ? [fact.value as FactValue<K>] : [],
      ),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Resolves once a source has told how it fares, or with the signal. */
export async function sourceTold(
  facts: Pick<FactStore, 'onChange' | 'value'>,
  source: string,
  signal: AbortSignal,
): Promise<void> {
  if (facts.value('source', source) !== undefined || signal.aborted) return
  await new Promise<void>(resolve => {
    const end = () => {
      stop()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const stop = onSource(facts, source, end)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** Calls back when a source tells how it fares; returns what ends it. */
export const onSource = (
  facts: Pick<FactStore, 'onChange'>,
  source: string,
  tell: () => void,
): (() => void) =>
  facts.onChange(changes => {
    if (changes.some(({ next }) => next.kind === 'source' && next.key === source)) tell()
  })
