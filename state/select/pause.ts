/** Pauses as rows: at the top of the lanes when somebody should ask whether they are still wanted. */
import type { PauseFact } from '../rule-facts.ts'
import type { Seen, World } from '../world.ts'
import type { RowDraft } from './row.ts'

/** The oldest first. */
export const pausesOf = (world: World): readonly Seen<'pause'>[] =>
  [...world.pause.values()].sort((a, b) => a.value.since - b.value.since)

export function pauseRow({ target, by, reason, since, isReviewDue }: PauseFact): RowDraft {
  const review = isReviewDue ? 'review is due; ' : ''
  return {
    glyph: 'hold',
    tone: isReviewDue ? 'wait' : 'plain',
    attention: isReviewDue ? -1 : 3,
    order: since,
    tag: target.kind,
    name: target.kind === 'dispatch' ? 'all dispatch' : target.name,
    state: 'paused',
    fact: `${review}${reason}, by ${by}`,
    since,
  }
}
