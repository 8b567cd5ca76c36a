/**
 * Acts on lanes in the journal. Each step is an intent of its own that an outcome closes, so that
 * after a crash it is known which step may have been done, and where on the host to look.
 */
import * as z from 'zod'
import { DiscardAct, RestoreAct } from '../../state/act.ts'
import type { Instant } from '../../state/facts.ts'
import { Attempt, GoalName, ItemId } from '../../state/item.ts'
import type { Journal } from '../../state/journal/journal.ts'
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
export function openLaneIntents(journal: Journal): { row: JournalRow; intent: LaneIntent }[] {
  const open = journal.unsettled('intent').flatMap(row => {
    const intent = LaneIntent.safeParse(row.data).data
    return intent ? [{ row, intent }] : []
  })
  const [dispatches, steps] = [true, false].map(wanted =>
    open.filter(({ intent }) => (intent.act === 'dispatch') === wanted),
  )
  return [...(steps ?? []), ...(dispatches ?? [])]
}

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

export interface Ending {
  outcome:
    | 'held'
    | 'running'
    | 'stopped'
    | 'failed'
    | 'undone'
    | 'unknown'
    | 'discarded'
    | 'restored'
    | 'removed'
  text: string
  data?: JournalEntry['data']
}

export const outcomeEntry = (
  { seq, subject, author }: Pick<JournalRow, 'seq' | 'subject' | 'author'>,
  { outcome, text, data = {} }: Ending,
  at: Instant,
): JournalEntry => ({
  at,
  kind: 'outcome',
  author,
  subject,
  text,
  data: { ...data, intent: seq, outcome },
})
