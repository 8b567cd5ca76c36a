/** The journal pane: its entries as rows, the newest last, and what stands in its title. */
import { clean } from '../clean.ts'
import type { Instant } from '../facts.ts'
import { age, clock, moment, plural } from '../format.ts'
import type { JournalKind } from '../journal-entry.ts'
import { PANE_INFO } from '../panes.ts'
import type { JournalTail, TailEntry } from '../ui/journal-tail.ts'
import type { PaneUi } from '../ui/ui.ts'
import type { Seen, World } from '../world.ts'
import type { Detail } from './detail.ts'
import type { Figure } from './figure.ts'
import { BROKEN, finish, type Look, type RowView, YOURS } from './row.ts'
import { matching } from './rows.ts'

/** History is plain: what it tells of was judged where it happened. */
const LOOKS: Readonly<Record<JournalKind, Look>> = {
  note: { glyph: 'idle', tone: 'plain', attention: 0 },
  decision: { glyph: 'idle', tone: 'plain', attention: 0 },
  answer: { glyph: 'idle', tone: 'plain', attention: 0 },
  intent: { glyph: 'hold', tone: 'plain', attention: 0 },
  outcome: { glyph: 'live', tone: 'plain', attention: 0 },
  seen: { glyph: 'live', tone: 'plain', attention: 0 },
  session: { glyph: 'idle', tone: 'dim', attention: 0 },
}

/** Id of the row that says that the journal refuses. */
const FAULT = 'fault'

const isOpen = (world: World, { kind, seq }: TailEntry): boolean =>
  kind === 'decision' && world.decision.has(String(seq))

const made = new WeakMap<TailEntry, { readonly open: boolean; readonly row: RowView }>()

function rowOf(entry: TailEntry, open: boolean): RowView {
  const known = made.get(entry)
  if (known?.open === open) return known.row
  const { seq, at, kind, author, subject, text } = entry
  const draft = {
    ...(open ? YOURS : LOOKS[kind]),
    order: seq,
    tag: clock(at),
    name: author,
    state: kind,
    fact: subject === '' ? text : `${subject}: ${text}`,
    since: at,
  }
  const row = finish(String(seq), null, draft, null)
  made.set(entry, { open, row })
  return row
}

/** Why nothing more is written, though what was written may still be read; null when all is well. */
function refusal(world: World): Seen<'source'> | null {
  const source = world.source.get('journal')
  return source && source.value.state !== 'ok' ? source : null
}

function faultRow(source: Seen<'source'>): RowView {
  const { message, state, since } = source.value
  const said = { tag: clock(since), name: 'journal', state: 'refuses', fact: message ?? state }
  return finish(FAULT, source, { ...BROKEN, ...said, order: 0, since }, null)
}

interface Remembered {
  readonly inputs: readonly unknown[]
  readonly rows: readonly RowView[]
}
let last: Remembered = { inputs: [], rows: [] }

/** The entries that match, in the order in which they were written. */
export function journalRows(world: World, tail: JournalTail, filter: string): readonly RowView[] {
  const inputs = [tail.entries, filter, world.decision, world.source.get('journal')]
  if (inputs.every((input, index) => input === last.inputs[index])) return last.rows
  const entries = tail.entries ?? []
  const found = matching(
    entries.map(entry => rowOf(entry, isOpen(world, entry))),
    filter,
  )
  const fault = entries.length > 0 ? refusal(world) : null
  const rows = fault ? [...found, faultRow(fault)] : found
  last = { inputs, rows }
  return rows
}

/** The figures of the journal's title. */
export function journalFigures(
  world: World,
  { entries, fault }: JournalTail,
  { cursor }: PaneUi,
): readonly Figure[] {
  const refuses: Figure[] =
    fault !== null || refusal(world) ? [{ text: 'refuses', tone: 'bad' }] : []
  if (entries === null) return refuses.length > 0 ? refuses : [{ text: '?', tone: 'wait' }]
  const follows: Figure =
    cursor === null ? { text: 'following', tone: 'plain' } : { text: 'G follows', tone: 'accent' }
  const many = plural(entries.at(-1)?.seq ?? 0, 'entry', 'entries')
  return [...refuses, { text: many, tone: 'plain' }, follows]
}

/** What stands in place of entries. */
export function journalNote(world: World, { entries, fault }: JournalTail): readonly string[] {
  const refused = refusal(world)?.value
  if (fault !== null) return [clean(fault)]
  if (entries === null) return ['Reading …']
  if (refused) return [refused.message, refused.mend].flatMap(text => (text ? [clean(text)] : []))
  return [PANE_INFO.journal.empty, PANE_INFO.journal.fill]
}

/** What the row of this id was made of: an entry, or the fact that says why it refuses. */
export const behindRow = (
  world: World,
  { entries }: JournalTail,
  id: string,
): TailEntry | Seen<'source'> | null =>
  id === FAULT ? refusal(world) : (entries?.find(({ seq }) => String(seq) === id) ?? null)

export function entryDetail(entry: TailEntry, now: Instant): Detail {
  const { seq, at, kind, author, subject, text, data, hash } = entry
  const facts = [
    ['at', `${moment(at, now)} (${age(at, now)})`],
    ['author', author],
    ['subject', subject],
    ['text', text],
    ['data', data],
    ['hash', hash],
  ] as const
  return {
    title: `#${seq} ${kind}`,
    tone: 'plain',
    lines: facts
      .filter(([, said]) => said !== '')
      .map(([label, said]) => ({ label, text: said, tone: 'plain' })),
  }
}
