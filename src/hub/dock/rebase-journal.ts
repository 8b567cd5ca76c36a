/** Rebases in the journal: what was pushed and told, each an intent that an outcome closes. */
import * as z from 'zod'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalEntry, JournalRow } from '../../../state/journal-entry.ts'

/** One pull request, rebased: what it was, what it becomes, and what that rests on. */
export const RebaseStep = z.object({
  act: z.literal('dock.rebase'),
  do: z.enum(['push', 'tell']),
  pr: z.number().int(),
  /** Its head before; nothing is pushed over another one. */
  head: z.string(),
  /** The branch's tip that it stands on now. */
  tip: z.string(),
  branch: z.string(),
  commit: z.string(),
  how: z.enum(['commits', 'merge']),
  /** Files where the lines of both sides were kept. */
  bothKept: z.array(z.string()),
  files: z.number().int(),
  hunks: z.number().int(),
})
export type RebaseStep = z.infer<typeof RebaseStep>

export type RebaseOutcome = 'pushed' | 'raced' | 'refused' | 'told'

export const isRebaseIntent = (row: JournalRow): boolean => RebaseStep.safeParse(row.data).success

export interface OpenRebase {
  readonly row: JournalRow
  readonly step: RebaseStep
}

/** Steps that no outcome has closed, in their order. */
export const openRebases = (journal: Journal, subject: string): OpenRebase[] =>
  entriesAs(journal.unsettled('intent'), RebaseStep).flatMap(({ row, data: step }) =>
    row.subject === subject ? [{ row, step }] : [],
  )

/** Outcomes that are looked through. */
const LOOK_BACK = 2_000

/** Number → its newest rebase that was pushed, and when. */
export function pushedRebases(journal: Journal, subject: string): Map<number, PushedRebase> {
  const rows = journal.list({ kinds: ['outcome'], subject, limit: LOOK_BACK })
  return new Map(
    entriesAs(rows, RebaseStep)
      .filter(({ row }) => row.data['outcome'] === 'pushed')
      .map(({ row: { at }, data: { pr, head, commit } }) => [pr, { head, commit, at }]),
  )
}

export interface PushedRebase {
  /** Its head before. */
  readonly head: string
  readonly commit: string
  readonly at: number
}

export const rebaseIntent = (subject: string, step: RebaseStep, at: number): JournalEntry => ({
  at,
  kind: 'intent',
  author: 'dock',
  subject,
  text: tellStep(step),
  data: { ...step },
})

export const short = (sha: string): string => sha.slice(0, 12)

function tellStep(step: RebaseStep): string {
  const { pr, head, tip, commit } = step
  return step.do === 'tell'
    ? `tell on #${pr} that it was rebased`
    : `push #${pr}, ${short(head)}, over ${short(tip)} as ${short(commit)}: ${tellCheck(step)}`
}

/** What the check found, in words: for the journal and for the pull request. */
export function tellCheck({ how, bothKept, files, hunks }: RebaseStep): string {
  const way = how === 'commits' ? 'its commits made anew' : 'the branch merged into it'
  const both = bothKept.length === 0 ? '' : `; both sides kept in ${bothKept.join(', ')}`
  return `${way}${both}; all that it changes in ${files} files is there, ${hunks} hunks of shared files compared line by line`
}
