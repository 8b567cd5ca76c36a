/** Who is passed by for what only its author turns: that is said on the pull request itself. Pure. */
import type { PrFact } from '../../../state/facts.ts'
import type { Found } from './describe.ts'
import type { Car } from './line.ts'

export interface Skip extends Car {
  readonly why: string
}

type Seen = Pick<Found, 'pr' | 'head' | 'gate' | 'dirtyPaths' | 'duplicateOf'>
type Reason = (found: Seen, pull: Pick<PrFact, 'checks'>) => string | null

const REASONS: readonly Reason[] = [
  ({ duplicateOf }) =>
    duplicateOf === null ? null : `it changes the same as #${duplicateOf}, which goes on`,
  // A dirty one is rebased and tested anew.
  ({ gate, dirtyPaths }, { checks }) => {
    const signal = gate.signals.find(({ name }) => name === 'checks')
    const isRed = checks === 'failing' && signal?.verdict === 'fail'
    return isRed && dirtyPaths?.length === 0 ? `checks: ${signal.datum}` : null
  },
]

/** A draft says itself that it is not ready. */
export const skipsOf = (
  found: readonly Seen[],
  pulls: ReadonlyMap<number, Pick<PrFact, 'checks' | 'isDraft'>>,
): Skip[] =>
  found.flatMap(one => {
    const pull = pulls.get(one.pr)
    if (pull === undefined || pull.isDraft) return []
    const why = REASONS.map(reason => reason(one, pull)).find(told => told !== null)
    return why === undefined ? [] : [{ pr: one.pr, head: one.head, why }]
  })
