/**
 * Remembers what was seen of each lane's work, and spends git's time sparingly: a few lanes a
 * look, those never seen first, then the newest, and again only while something may still change.
 */
import type { RunCommand } from '../../../adapters/command.ts'
import type { WorkSeen } from '../../../adapters/lane-judge.ts'
import { type ClaimFact, claimKey } from '../../../state/claim.ts'
import type { Instant } from '../../../state/facts.ts'
import type { WorkPlace } from './evidence.ts'
import { type LaneSeen, seeLane } from './see-lane.ts'

interface Looked {
  endedAt: Instant
  lookedAt: Instant
  seen: LaneSeen
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long a look stays good, by how long ago the lane ended: a push may come later. */
const GOOD_FOR: readonly [endedWithin: number, ms: number][] = [
  [HOUR_MS, 60_000],
  [DAY_MS, HOUR_MS],
]

const NOT_YET: WorkSeen = { kind: 'unknown', why: 'its repository has not been looked at yet' }

export function evidenceDesk(run: RunCommand) {
  const known = new Map<string, Looked>()

  const isGood = ({ endedAt, lookedAt }: Looked, place: WorkPlace, now: Instant): boolean => {
    if (endedAt !== place.endedAt) return false
    const [, ms] = GOOD_FOR.find(([within]) => now - endedAt < within) ?? [0, Infinity]
    return now - lookedAt < ms
  }

  return {
    /** What is known of a lane's work; of a run that went on since, nothing. */
    of: (key: string, endedAt: Instant): WorkSeen => {
      const looked = known.get(key)
      return looked?.endedAt === endedAt ? looked.seen.work : NOT_YET
    },
    /** All that was seen of it; null before the first look. */
    seen: (key: string, endedAt: Instant): LaneSeen | null => {
      const looked = known.get(key)
      return looked?.endedAt === endedAt ? looked.seen : null
    },
    hasLooked: (key: string, endedAt: Instant): boolean => known.get(key)?.endedAt === endedAt,
    /** Looks at the first `most` of `places` that have no good look. Returns the keys of these. */
    async look(
      places: readonly { key: string; place: WorkPlace }[],
      now: Instant,
      most: number,
    ): Promise<string[]> {
      const due = places
        .filter(({ key, place }) => {
          const looked = known.get(key)
          return !looked || !isGood(looked, place, now)
        })
        .sort(
          (a, b) =>
            Number(known.has(a.key)) - Number(known.has(b.key)) ||
            b.place.endedAt - a.place.endedAt,
        )
        .slice(0, most)
      for (const { key, place } of due) {
        const seen = await seeLane(key, place, { run, now })
        const claims = sameTimes(known.get(key)?.seen.claims ?? [], seen.claims)
        known.set(key, { endedAt: place.endedAt, lookedAt: now, seen: { ...seen, claims } })
      }
      return due.map(({ key }) => key)
    },
    /** Forgets lanes that are gone. */
    keep(keys: ReadonlySet<string>) {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key)
    },
  }
}

/** A check that came to the same again is told as of the first time. */
function sameTimes(before: readonly ClaimFact[], after: readonly ClaimFact[]): ClaimFact[] {
  const known = new Map(before.map(claim => [claimKey(claim), claim]))
  return after.map(claim => {
    const { state, output, madeAt, checkedAt = null } = known.get(claimKey(claim)) ?? {}
    const isSame = state === claim.state && output === claim.output && madeAt === claim.madeAt
    return isSame ? { ...claim, checkedAt } : claim
  })
}
