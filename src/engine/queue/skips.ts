/** Who is passed by for what only its author turns: that is said on the pull request itself. Pure. */
import type { PrFact } from '../../../state/facts.ts'
import type { Found } from './describe.ts'
import { type Car, carKey } from './line.ts'
import type { RedTold } from './red-heads.ts'

export interface Skip extends Car {
  readonly why: string
}

type Seen = Pick<Found, 'pr' | 'head' | 'gate' | 'duplicateOf'>
type Red = ReadonlyMap<string, RedTold>

const REASONS: readonly ((found: Seen, red: Red) => string | null)[] = [
  ({ duplicateOf }) =>
    duplicateOf === null ? null : `it changes the same as #${duplicateOf}, which goes on`,
  (found, red) => {
    const told = red.get(carKey(found))
    const signal = found.gate.signals.find(({ name }) => name === 'checks')
    return told?.isSettled && signal ? `checks: ${signal.datum}; ${told.why}` : null
  },
]

/** `red`: car → what is known of its red run. A draft says itself that it is not ready. */
export const skipsOf = (
  found: readonly Seen[],
  pulls: ReadonlyMap<number, Pick<PrFact, 'isDraft'>>,
  red: Red,
): Skip[] =>
  found.flatMap(one => {
    const pull = pulls.get(one.pr)
    if (pull === undefined || pull.isDraft) return []
    const why = REASONS.map(reason => reason(one, red)).find(told => told !== null)
    return why === undefined ? [] : [{ pr: one.pr, head: one.head, why }]
  })
