/**
 * What became of landings, by git itself: whether the branch holds each now, and whether our line
 * had tested the very tree that it put there.
 */
import * as z from 'zod'
import type { Mirror } from '../../../adapters/git/mirror.ts'
import type { FactDraft, LandingFact } from '../../../state/facts.ts'
import type { Journal } from '../../../state/journal/journal.ts'

/** Data of the outcome of a step that landed. */
const Landed = z.object({
  commit: z.string(),
  tree: z.string(),
  cars: z.array(z.object({ pr: z.number().int(), head: z.string() })),
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
      journal
        .list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
        .flatMap(({ data }) => Landed.safeParse(data).data?.cars ?? [])
        .map(({ pr, head }) => `${pr} ${head}`),
    )

  return async (tip: string, landings: readonly LandingFact[], at: number) => {
    const about = JSON.stringify([tip, landings])
    if (known?.about === about) return known.drafts
    const missing = new Set(
      await mirror.missingFrom(
        tip,
        landings.map(({ sha }) => sha),
      ),
    )
    const tested = landings.length === 0 ? new Set() : testedHeads()
    const drafts = landings.map(({ repo, number, sha, headSha }): FactDraft => {
      const isTested = tested.has(`${number} ${headSha}`)
      const value = { repo, number, sha, isOnBranch: !missing.has(sha), isTested }
      return { kind: 'arrival', key: `${repo}#${number}`, at, value }
    })
    known = { about, drafts }
    return drafts
  }
}
