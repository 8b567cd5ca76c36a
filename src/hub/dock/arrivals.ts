/**
 * What became of landings, by git itself: whether the branch holds each now, and whether our line
 * had tested the very tree that it put there.
 */
import * as z from 'zod'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { FactDraft, LandingFact } from '../../../state/facts.ts'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { carKey } from '../../engine/queue/line.ts'
import { StoredCar } from './line-journal.ts'

/** Data of the outcome of a step that landed. */
const Landed = z.object({
  commit: z.string(),
  tree: z.string(),
  cars: z.array(StoredCar),
})

/** Outcomes of the line that are looked through: what landed before them is told by GitHub alone. */
const LOOK_BACK = 2_000

export interface ArrivalsDeps {
  mirror: Pick<Mirror, 'missingFrom'>
  journal: Journal
  /** The line's, in the journal. */
  subject: string
}

/** Rejects with GitFault. `landings` must have been told before the mirror was last fetched. */
export function newArrivals({ mirror, journal, subject }: ArrivalsDeps) {
  let known: { readonly about: string; readonly drafts: FactDraft[] } | null = null

  const testedHeads = (): ReadonlySet<string> =>
    new Set(
      entriesAs(journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK }), Landed)
        .flatMap(({ data }) => data.cars)
        .map(carKey),
    )

  return async (tip: string, landings: readonly LandingFact[], at: number) => {
    const about = JSON.stringify([tip, landings])
    if (known?.about === about) return known.drafts
    const commits = landings.map(({ sha }) => sha)
    const missing = new Set(await mirror.missingFrom(tip, commits))
    const tested = landings.length === 0 ? new Set() : testedHeads()
    const drafts = landings.map(({ repo, number, sha, headSha }): FactDraft => {
      const isTested = tested.has(carKey({ pr: number, head: headSha }))
      const value = { repo, number, sha, isOnBranch: !missing.has(sha), isTested }
      return { kind: 'arrival', key: `${repo}#${number}`, at, value }
    })
    known = { about, drafts }
    return drafts
  }
}
