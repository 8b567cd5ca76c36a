/** What was found out about a pull request: whole, and all well but for what a test says. */
import type { Found } from '../../../../src/engine/queue/describe.ts'
import type { Signal } from '../../../../state/dock.ts'

/** Of a gate that holds; `signals` say over what. */
export const holding = (...signals: readonly Signal[]): Found['gate'] => ({
  mayLand: false,
  wouldLand: false,
  held: null,
  signals,
  engine: null,
  reviewers: [],
})

export const found = (pr: number, more: Partial<Found> = {}): Found => ({
  pr,
  head: 'h',
  gate: { ...holding(), mayLand: true, wouldLand: true },
  dirtyPaths: [],
  dirtySince: null,
  behind: 0,
  baseMoves: 0,
  conflictsWith: [],
  duplicateOf: null,
  marks: [],
  lanes: [],
  lane: null,
  needs: [],
  isQueued: false,
  isOwn: true,
  priority: 0,
  ...more,
})
