/** Says on each pull request that is passed by why it is: once a head, on record, whoever asks again. */
import * as z from 'zod'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { type Ending, outcomeEntry } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { carKey } from '../../engine/queue/line.ts'
import type { Skip } from '../../engine/queue/skips.ts'

const SkipTold = z
  .object({
    act: z.literal('dock.skip'),
    pr: z.number().int(),
    head: z.string(),
    why: z.string(),
  })
  .transform(({ act: _act, ...skip }): Skip => skip)

export const isSkipIntent = (row: JournalRow): boolean => SkipTold.safeParse(row.data).success

export interface SkipTeller {
  /** Why the last word came to nothing; null when all went well. */
  readonly trouble: string | null
  /** Rejects with JournalFault. */
  tick(skips: readonly Skip[]): Promise<void>
}

export interface SkipTellerDeps {
  journal: Journal
  subject: string
  /** Says it once for each head. Null, or why it cannot be said; rejects while that is not known. */
  tell(skip: Skip): Promise<string | null>
  now(): number
}

/** Outcomes that are looked through: what is asked again is not said twice all the same. */
const LOOK_BACK = 2_000

export function newSkipTeller({ journal, subject, tell, now }: SkipTellerDeps): SkipTeller {
  const told = new Set(
    entriesAs(journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK }), SkipTold).flatMap(
      ({ row, data: skip }) => (row.data['outcome'] === 'told' ? [carKey(skip)] : []),
    ),
  )
  let trouble: string | null = null

  const close = (row: JournalRow, skip: Skip, ending: Ending<'told' | 'past'>): void => {
    const data = { act: 'dock.skip', ...skip }
    journal.append(outcomeEntry(row, { ...ending, data }, now()))
    if (ending.outcome === 'told') told.add(carKey(skip))
  }

  const say = async (row: JournalRow, skip: Skip): Promise<void> => {
    let refusal: string | null
    try {
      refusal = await tell(skip)
    } catch (error) {
      // It stays open, and is said with the next look.
      trouble ??= `#${skip.pr} is not told: ${error instanceof Error ? error.message : String(error)}`
      return
    }
    const text = refusal === null ? `told on #${skip.pr}` : `cannot be told: ${refusal}`
    close(row, skip, { outcome: 'told', text })
  }

  const open = () =>
    entriesAs(journal.unsettled('intent'), SkipTold).filter(({ row }) => row.subject === subject)

  return {
    get trouble() {
      return trouble
    },
    tick: async skips => {
      trouble = null
      const wanted = new Map(skips.map(skip => [carKey(skip), skip]))
      for (const { row, data: skip } of open()) {
        if (wanted.delete(carKey(skip))) await say(row, skip)
        else close(row, skip, { outcome: 'past', text: `#${skip.pr} is not passed by now` })
      }
      for (const [key, skip] of wanted) {
        if (told.has(key)) continue
        const text = `tell on #${skip.pr} that it is passed by: ${skip.why}`
        const data = { act: 'dock.skip', ...skip }
        const entry = { at: now(), kind: 'intent' as const, author: 'dock', subject, text, data }
        await say(journal.append(entry), skip)
      }
    },
  }
}
