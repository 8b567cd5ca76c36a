/** What a pause means: which work it holds, and how it is told. */
import type { Instant } from './facts.ts'
import { moment } from './format.ts'
import type { PauseFact, PauseTarget } from './rule-facts.ts'

export const pauseKey = ({ kind, name }: PauseTarget): string =>
  kind === 'dispatch' ? kind : `${kind} ${name}`

/** What a piece of work is and uses. `dispatch` when it is started by dispatching. */
export interface Aim {
  readonly lane: string | null
  readonly goal: string | null
  readonly account: string | null
  readonly model: string | null
}

/** Of an act that no pause of work holds. */
export const NO_AIM: Aim = { lane: null, goal: null, account: null, model: null }

/** The first pause that holds this work; undefined when none does. */
export const pauseOf = (aim: Aim, pauses: readonly PauseFact[]): PauseFact | undefined =>
  pauses.find(
    ({ target: { kind, name } }) => kind !== 'dispatch' && kind !== 'queue' && aim[kind] === name,
  )

/** `goal reviews is paused by robin@yard since 12:00: flaky gate; review 2026-12-01`. */
export function pauseText({ target, ...rest }: PauseFact, now: Instant): string {
  return `${pauseKey(target)} is paused ${pauseNote(rest, now)}`
}

type Note = Pick<PauseFact, 'by' | 'reason' | 'since' | 'until' | 'review' | 'isReviewDue'>

export function pauseNote(
  { by, reason, since, until, review, isReviewDue }: Note,
  now: Instant,
): string {
  const ends = until === null ? '' : ` until ${moment(until, now)}`
  const due = isReviewDue ? 'review was due' : 'review'
  const asks = review === null ? '' : `; ${due} ${moment(review, now)}`
  return `by ${by} since ${moment(since, now)}${ends}: ${reason}${asks}`
}
