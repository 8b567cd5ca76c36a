/**
 * The gate: whether a pull request may land by itself. Every signal carries the datum that decided
 * it. One that is absent or cannot be read holds as surely as one that fails.
 */

import type { Signal } from '../../../state/dock.ts'
import type { GateInput } from './input.ts'
import { type Hands, handsOf, SIGNALS } from './signals.ts'

export interface Verdict extends Hands {
  readonly mayLand: boolean
  /** It would land, were the operator's opt-in there. */
  readonly wouldLand: boolean
  readonly signals: readonly Signal[]
  /** The first reason that holds it; null when it may land. */
  readonly held: string | null
}

export function judgeGate(input: GateInput): Verdict {
  const signals = SIGNALS.map(({ name, read }): Signal => ({ name, ...read(input) }))
  const holding = signals.filter(({ verdict }) => verdict !== 'pass')
  const [first] = holding
  return {
    mayLand: first === undefined,
    wouldLand: holding.every(({ name }) => name === 'soak'),
    signals,
    held: first === undefined ? null : `${first.name}: ${first.datum}`,
    ...handsOf(input),
  }
}
