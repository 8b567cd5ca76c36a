/** The world: everything that was seen and still stands, by kind and key. Rebuilt from facts. */
import type { FactKind, FactValue, Instant } from './facts.ts'

/** One thing that stands, with where it came from and when. The same object until it changes. */
export interface Seen<K extends FactKind> {
  readonly kind: K
  readonly key: string
  readonly at: Instant
  readonly host: string
  readonly source: string
  readonly value: FactValue<K>
}

export type AnySeen = { [K in FactKind]: Seen<K> }[FactKind]

/** Lanes as their collector told them: `lane` holds what they come to beside claims and PRs. */
export type World = { readonly [K in FactKind]: ReadonlyMap<string, Seen<K>> } & {
  readonly toldLane: ReadonlyMap<string, Seen<'lane'>>
}
