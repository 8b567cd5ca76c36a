/**
 * Counts what would have landed, had the operator let it: each head once, on record, so that whoever
 * thinks of switching landing on can look at what it would have done.
 */
import * as z from 'zod'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import { JournalFault } from '../../../state/journal/fault.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { Found } from '../../engine/queue/describe.ts'
import { carKey } from '../../engine/queue/line.ts'
import { StoredCar } from './line-journal.ts'

const Told = z.object({ wouldHaveLanded: StoredCar })

/** Entries that are looked through: many more than anybody is advised to see. */
const LOOK_BACK = 2_000

/** A journal that refuses is told by itself: the count goes on. */
export function newSoakCount(journal: Journal, subject: string, now: () => number) {
  const known = new Set(
    entriesAs(journal.list({ kinds: ['seen'], subject, limit: LOOK_BACK }), Told).map(({ data }) =>
      carKey(data.wouldHaveLanded),
    ),
  )
  return (found: readonly Pick<Found, 'pr' | 'head' | 'gate'>[]): number => {
    const held = found.filter(
      one => one.gate.wouldLand && !one.gate.mayLand && !known.has(carKey(one)),
    )
    try {
      journal.appendAll(
        held.map(({ pr, head }) => ({
          at: now(),
          kind: 'seen' as const,
          author: 'dock',
          subject,
          text: `#${pr} at ${head.slice(0, 12)} would have landed: soak alone held it`,
          data: { wouldHaveLanded: { pr, head } },
        })),
      )
    } catch (error) {
      if (!(error instanceof JournalFault)) throw error
    }
    for (const one of held) known.add(carKey(one))
    return known.size
  }
}
