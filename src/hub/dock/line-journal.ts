/**
 * A line in the journal: every step is an intent that an outcome closes, and the first intent of
 * each move, or the outcome that moved it and asks for nothing, holds the whole line, so that the
 * next hub goes on from there.
 */
import * as z from 'zod'
import { entriesAs } from '../../../state/journal/entries-as.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalEntry, JournalRow } from '../../../state/journal-entry.ts'
import { emptyLine, type Line, type LineStep } from '../../engine/queue/line.ts'

/** A car in the data of any entry. */
export const StoredCar = z.object({ pr: z.number().int(), head: z.string() })
const Group = z.object({ cars: z.array(StoredCar), reds: z.number().int() })
const at = { commit: z.string(), tree: z.string() }
const Train = z.object({
  id: z.string(),
  group: Group,
  after: z.string().nullable(),
  stage: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('building') }),
    z.object({ kind: z.literal('testing'), ...at }),
    z.object({ kind: z.literal('green'), ...at }),
    z.object({ kind: z.literal('red'), commit: z.string(), why: z.string() }),
    z.object({ kind: z.literal('landing'), ...at }),
  ]),
})
const StoredLine = z.object({
  tip: z.string().nullable(),
  waiting: z.array(Group),
  trains: z.array(Train),
  ejected: z.array(z.object({ car: StoredCar, why: z.string() })),
  landed: z.array(StoredCar),
  made: z.number().int(),
})
const StoredStep = z.discriminatedUnion('do', [
  z.object({ do: z.literal('build'), train: Train }),
  z.object({ do: z.literal('test'), train: Train }),
  z.object({ do: z.literal('cancel'), train: Train, why: z.string() }),
  z.object({ do: z.literal('land'), train: Train }),
  z.object({ do: z.literal('eject'), car: StoredCar, why: z.string() }),
])
const StepData = z.object({ act: z.literal('line.step'), step: StoredStep })

export const isLineIntent = (row: JournalRow): boolean => StepData.safeParse(row.data).success

/** Where a line stands: its repository and branch. */
export const subjectOf = (repo: string, base: string): string => `${repo}@${base}`

/** One step under way: the entry that intends it. */
export interface OpenStep {
  readonly step: LineStep
  readonly row: Pick<JournalRow, 'seq' | 'at'>
}

export interface StoredState {
  readonly line: Line
  /** Steps that no outcome has closed, in their order. */
  readonly open: readonly OpenStep[]
}

/** The line as the last hub left it. */
export function readLine(journal: Journal, subject: string): StoredState {
  const open = entriesAs(journal.unsettled('intent'), StepData).flatMap(({ row, data }) =>
    row.subject === subject ? [{ step: data.step, row }] : [],
  )
  return { line: newest(journal, subject) ?? emptyLine, open }
}

const LOOKED_AT = 50

function newest(journal: Journal, subject: string): Line | null {
  let beforeSeq: number | undefined
  for (;;) {
    const rows = journal.list({
      kinds: ['intent', 'outcome'],
      subject,
      limit: LOOKED_AT,
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    })
    const found = rows.findLast(({ data }) => data.line !== undefined)
    if (found) return StoredLine.parse(found.data.line)
    beforeSeq = rows[0]?.seq
    if (beforeSeq === undefined) return null
  }
}

/** What is about to be done, one entry a step; the first one holds the line after this move. */
export const stepEntries = (
  subject: string,
  line: Line,
  steps: readonly LineStep[],
  now: number,
): JournalEntry[] =>
  steps.map((step, index) => ({
    at: now,
    kind: 'intent',
    author: 'dock',
    subject,
    text: tellStep(step),
    data: { act: 'line.step', step: plain(step), ...(index === 0 ? { line: plain(line) } : {}) },
  }))

export const stepOutcome = (
  subject: string,
  seq: number,
  outcome: string,
  now: number,
  data: JournalEntry['data'] = {},
): JournalEntry => ({
  at: now,
  kind: 'outcome',
  author: 'dock',
  subject,
  text: outcome,
  data: { ...data, intent: seq },
})

/** An outcome that moved the line, and after which nothing is to be done. */
export const withLine = (entry: JournalEntry, line: Line): JournalEntry => ({
  ...entry,
  data: { ...entry.data, line: plain(line) },
})

function tellStep(step: LineStep): string {
  if (step.do === 'eject') return `eject #${step.car.pr}: ${step.why}`
  const { id, group } = step.train
  const cars = group.cars.map(({ pr }) => `#${pr}`).join(' ')
  return `${step.do} ${id}: ${cars}${step.do === 'cancel' ? `: ${step.why}` : ''}`
}

/** JSON of it: all of a line is plain data. */
const plain = (value: Line | LineStep) => JSON.parse(JSON.stringify(value)) as JournalEntry['data']
