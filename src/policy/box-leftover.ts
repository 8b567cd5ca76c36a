/** Which boxes should no longer be there. */
import type { BoxSeen } from '../../adapters/box.ts'
import type { Instant } from '../../state/facts.ts'

/** A launch needs a moment between making and starting. */
const HELD_MS = 60_000

/** Why, for a person; null for one that rightly stands. */
export function leftoverOf({ state, createdAt }: BoxSeen, now: Instant): string | null {
  if (state === 'exited' || state === 'dead') {
    return 'it ended and was not removed'
  }
  if (state !== 'created' || createdAt === null || now - createdAt < HELD_MS) return null
  return 'it was made and never started'
}
