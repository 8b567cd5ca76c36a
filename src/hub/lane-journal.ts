/**
 * Acts on lanes in the journal. Each step is an intent of its own that an outcome closes, so that
 * after a crash it is known which step may have been done, and where on the host to look.
 */
import * as z from 'zod'
import { DiscardAct, RestoreAct } from '../../state/act.ts'
import type { Instant } from '../../state/facts.ts'
import { Attempt, GoalName, ItemId } from '../../state/item.ts'
import { type EntryAs, entriesAs } from '../../state/journal/entries-as.ts'
import type { Journal } from '../../state/journal/journal.ts'
import type { Ending as EndingOf } from '../../state/journal/outcome.ts'
import type { JournalEntry, JournalRow } from '../../state/journal-entry.ts'
import { Identity, RunnerSpec, Ticket } from '../rpc/lane-api.ts'

const Place = {
  logs: z.string(),
  stem: z.string(),
  /** Journals of the first version knew no other. */
  runner: RunnerSpec.default({ kind: 'session' }),
}

/** What is not started yet has no process: its pid is 0. */
const Who = { pid: z.number().int().optional(), pidStart: z.string().optional() }

/** An item is given a lane: the steps of its launch are intents of their own, within this one. */
const DispatchIntent = z.object({
  act: z.literal('dispatch'),
  logs: z.string(),
  key: z.string(),
  goal: GoalName,
  id: ItemId,
  attempt: Attempt,
})
export type DispatchIntent = z.infer<typeof DispatchIntent>

/** What an intent tells about where its effect can be seen. */
export const LaneIntent = z.discriminatedUnion('act', [
  z.object({ act: z.literal('lane.hold'), ...Place, ticket: Ticket }),
  z.object({ act: z.literal('lane.release'), ...Place, ...Who, ticket: Ticket }),
  z.object({
    act: z.literal('lane.stop'),
    ...Identity.shape,
    /** Of a run that we launched. */
    mark: z.string().nullable().default(null),
  }),
  DispatchIntent,
  DiscardAct,
  RestoreAct,
])
export type LaneIntent = z.infer<typeof LaneIntent>

export const isLaneIntent = (row: JournalRow): boolean => LaneIntent.safeParse(row.data).success

/** Intents on lanes that no outcome has closed: steps before the dispatch that they are of. */
export const openLaneIntents = (journal: Journal): EntryAs<LaneIntent>[] =>
  entriesAs(journal.unsettled('intent'), LaneIntent).toSorted(
    (a, b) => Number(a.data.act === 'dispatch') - Number(b.data.act === 'dispatch'),
  )

export interface Step {
  author: string
  subject: string
  text: string
  data: LaneIntent & JournalEntry['data']
}

export const intentEntry = (step: Step, at: Instant): JournalEntry => ({
  ...step,
  at,
  kind: 'intent',
})

export type Ending = EndingOf<
  | 'held'
  | 'running'
  | 'stopped'
  | 'failed'
  | 'undone'
  | 'unknown'
  | 'discarded'
  | 'restored'
  | 'removed'
>
