/** Lanes that rebase, in the journal: who was given what, and what came of it. */
import * as z from 'zod'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalEntry, JournalRow } from '../../../state/journal-entry.ts'
import { carKey } from '../../engine/queue/line.ts'
import { rebaseLaneName } from '../../engine/rebase/brief.ts'

const Work = z.object({
  repo: z.string(),
  base: z.string(),
  pr: z.number().int(),
  branch: z.string(),
  head: z.string(),
  tip: z.string(),
  left: z.string(),
  obstacles: z.array(z.object({ path: z.string(), why: z.string() })),
  pullCommits: z.array(z.string()),
  baseCommits: z.array(z.string()),
})
export type Work = z.infer<typeof Work>

/** `launch`: a lane gets it; `await`: what the lane pushes is waited for, and compared. */
const LaneStep = z.object({
  act: z.literal('dock.rebase-lane'),
  do: z.enum(['launch', 'await']),
  work: Work,
})
export type LaneStep = z.infer<typeof LaneStep>

export const isRebaseLaneIntent = (row: JournalRow): boolean => LaneStep.safeParse(row.data).success

export type LaneOutcome =
  | 'running'
  /** No lane, or none that pushed anything. */
  | 'failed'
  | 'left'
  /** What was pushed holds all; or a person took it as it is; or nobody asks any more. */
  | 'whole'
  | 'allowed'
  | 'over'

/** After these no lane takes it once more. */
export const isRefusal = (outcome: unknown): boolean => outcome === 'failed' || outcome === 'left'

export interface OpenLane {
  readonly row: JournalRow
  readonly step: LaneStep
}

/** Steps that no outcome has closed, in their order. */
export const openLanes = (journal: Journal, subject: string): OpenLane[] =>
  entriesAs(journal.unsettled('intent'), LaneStep).flatMap(({ row, data: step }) =>
    row.subject === subject ? [{ row, step }] : [],
  )

export const laneIntent = (subject: string, step: LaneStep, at: number): JournalEntry => ({
  at,
  kind: 'intent',
  author: 'dock',
  subject,
  text:
    step.do === 'launch'
      ? `give #${step.work.pr} to ${rebaseLaneName(step.work)}: no rule rebases it`
      : `compare what ${rebaseLaneName(step.work)} pushes with ${step.work.head}`,
  data: { ...step },
})

const LOOK_BACK = 2_000

/** Cars that no lane takes once more, as `carKey` names them, and why. */
export function laneRefusals(journal: Journal, subject: string): Map<string, string> {
  const rows = journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
  return new Map(
    entriesAs(rows, LaneStep)
      .filter(({ row }) => isRefusal(row.data['outcome']))
      .map(({ row, data }) => [carKey(data.work), row.text]),
  )
}
