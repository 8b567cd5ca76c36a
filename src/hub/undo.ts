/** Takes an act back: reads what its outcome says would, and does that as an act of its own. */
import PQueue from 'p-queue'
import { type Act, undoOf } from '../../state/act.ts'
import type { Answerer } from '../../state/answerer.ts'
import type { Journal } from '../../state/journal/journal.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import type { Done } from '../rpc/act-api.ts'
import type { HubParams } from '../rpc/hub-api.ts'

/** Carries an act out; its entries hold `cause` besides. */
export type Perform = (
  act: Act,
  about: { by: Answerer; reason: string; cause: JournalRow['data'] },
) => Promise<Done>

export type Undo = (asked: HubParams<'undo'>) => Promise<Done>

type Entries = Pick<Journal, 'list'>

/** Newest outcomes that are looked through for one that can be undone. */
const RECENT = 500
const PAGE = 10_000

const refused = (message: string) => ({ kind: 'refused' as const, message })

export function newUndo(journal: Entries, perform: Perform): Undo {
  const turns = new PQueue({ concurrency: 1 })
  return asked =>
    turns.add(async () => {
      const found = find(journal, asked.of)
      if ('kind' in found) return found
      const { row, act } = found
      const earlier = undoneBy(journal, row.seq)
      if (earlier !== null) return refused(`#${row.seq} was undone already, by #${earlier}`)
      const cause = { undoes: row.seq, ...(asked.reason === '' ? {} : { reason: asked.reason }) }
      const done = await perform(act, { by: asked.by, reason: asked.reason, cause })
      return done.kind === 'done' ? { ...done, text: `#${row.seq} is undone: ${done.text}` } : done
    })
}

interface Undoable {
  row: JournalRow
  act: Act
}

function find(
  journal: Entries,
  of: HubParams<'undo'>['of'],
): Undoable | Extract<Done, { kind: 'refused' }> {
  if (of.kind === 'entry') {
    const row = outcomeOf(journal, of.seq)
    if (row === null) return refused(`#${of.seq} is no act that came to an end`)
    const act = undoOf(row.data)
    return act ? { row, act } : refused(`#${of.seq} cannot be undone: ${row.text}`)
  }
  const about = of.kind === 'subject' ? { subject: of.subject } : {}
  const rows = journal.list({ kinds: ['outcome'], ...about, limit: RECENT })
  // To undo twice goes back further: it does not do again what was undone.
  const row = rows.findLast(
    each =>
      undoOf(each.data) !== null && !isUndo(journal, each) && undoneBy(journal, each.seq) === null,
  )
  const act = row && undoOf(row.data)
  if (row && act) return { row, act }
  return refused(
    of.kind === 'last' ? 'no act can be undone' : `no act on ${of.subject} can be undone`,
  )
}

const entryAt = (journal: Entries, seq: number): JournalRow | null =>
  journal.list({ afterSeq: seq - 1, beforeSeq: seq + 1, limit: 1 })[0] ?? null

/** The outcome that an entry is, or that its intent came to. */
function outcomeOf(journal: Entries, seq: number): JournalRow | null {
  const row = entryAt(journal, seq)
  if (row?.kind !== 'intent') return row?.kind === 'outcome' ? row : null
  const { subject } = row
  const later = journal.list({ kinds: ['outcome'], subject, afterSeq: seq, limit: RECENT })
  return later.find(({ data }) => data['intent'] === seq) ?? null
}

function isUndo(journal: Entries, { data: { intent } }: JournalRow): boolean {
  const cause = typeof intent === 'number' ? entryAt(journal, intent) : null
  return typeof cause?.data['undoes'] === 'number'
}

/** The outcome of an act that took this one back; null when none did, or it came to nothing. */
function undoneBy(journal: Entries, seq: number): number | null {
  for (let afterSeq = seq; ; ) {
    const intents = journal.list({ kinds: ['intent'], afterSeq, limit: PAGE })
    for (const intent of intents) {
      if (intent.data['undoes'] !== seq) continue
      const outcome = outcomeOf(journal, intent.seq)
      if (outcome && cameTo(outcome)) return outcome.seq
    }
    if (intents.length < PAGE) return null
    afterSeq = intents.at(-1)?.seq ?? afterSeq
  }
}

/** `held` is a step on the way: what follows it tells. */
const NOTHING: ReadonlySet<unknown> = new Set(['failed', 'undone', 'unknown', 'held'])

const cameTo = ({ data }: JournalRow): boolean => !NOTHING.has(data['outcome'])
