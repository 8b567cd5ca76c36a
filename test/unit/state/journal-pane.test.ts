import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { worldOf } from '../../../state/reduce.ts'
import { journalFigures, journalNote, journalRows } from '../../../state/select/journal.ts'
import { shownDetail } from '../../../state/select/shown.ts'
import { createConsoleStore, withAction, withFacts } from '../../../state/store.ts'
import type { Extent, UiAction } from '../../../state/ui/action.ts'
import {
  grown,
  type JournalTail,
  NO_TAIL,
  TAIL_ENTRIES,
  tailEntry,
} from '../../../state/ui/journal-tail.ts'
import { uiReduce } from '../../../state/ui/reduce.ts'
import { cursorIndex, initialUi, type Ui } from '../../../state/ui/ui.ts'
import type { World } from '../../../state/world.ts'
import { FACTORY } from '../../terminal/parts/factory.ts'
import { NOW, source } from '../../terminal/parts/facts.ts'
import { entry, JOURNAL } from '../../terminal/parts/journal.ts'

const tailOf = (rows: readonly JournalRow[]): JournalTail => grown(NO_TAIL, rows.map(tailEntry))
const numbered = (from: number, many: number) =>
  Array.from({ length: many }, (_, index) =>
    tailEntry(entry(from + index, `entry ${from + index}`, 1)),
  )
const REFUSES = source('journal', {
  state: 'error',
  message: 'journal /srv/j.db: there is no room',
  mend: 'free disk space',
})
const names = (world: World, filter = '') =>
  journalRows(world, tailOf(JOURNAL), filter).map(({ id }) => id)

describe('the end of the journal', () => {
  it('holds the newest entries in order, each once, whatever comes twice', () => {
    const batch = fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 0, max: 1_200 }))
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 5 }), batches => {
        const tail = batches.reduce((so, [from, many]) => grown(so, numbered(from, many)), NO_TAIL)
        const seqs = tail.entries?.map(({ seq }) => seq) ?? []
        expect(seqs.length).toBeLessThanOrEqual(TAIL_ENTRIES)
        expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })

  it('[O04] [A10] keeps texts that a screen may show: clean, without secrets, bounded', () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`
    const evil = `a\u001b[2Jb\u202e ${secret} ${'x'.repeat(60_000)}`
    const kept = tailEntry(entry(1, evil, 0, { subject: evil, data: { said: evil } }))
    for (const text of [kept.text, kept.subject, kept.data]) {
      for (const bad of ['\u001b', '\u202e', 'ghp_']) expect(text).not.toContain(bad)
      expect(text.length).toBeLessThan(10_000)
    }
  })
})

describe('the journal pane', () => {
  it('shows the newest last: time, kind, author, subject and text', () => {
    const rows = journalRows(worldOf(FACTORY), tailOf(JOURNAL), '')
    expect(rows.map(({ id }) => id)).toEqual(['9', '10', '11', '12', '13', '14', '15'])
    expect(rows[2]).toMatchObject({
      state: 'note',
      name: 'scout',
      fact: 'yard/dock#163: the train waits for #163',
    })
  })

  it('is filtered by every word', () => {
    expect(names(worldOf([]), 'RUNL exit')).toEqual(['14'])
  })

  it('marks the decision that waits, and no other', () => {
    const tones = (world: World) => journalRows(world, tailOf(JOURNAL), '').map(({ tone }) => tone)
    expect(tones(worldOf(FACTORY)).filter(tone => tone === 'accent')).toHaveLength(1)
    expect(tones(worldOf([])).filter(tone => tone === 'accent')).toEqual([])
  })

  it('[O03] says when it refuses and what to do, and shows what can be read', () => {
    const world = worldOf([REFUSES])
    expect(names(world).at(-1)).toBe('fault')
    expect(journalNote(world, tailOf([]))).toEqual([
      'journal /srv/j.db: there is no room',
      'free disk space',
    ])
    expect(journalNote(world, { entries: null, fault: 'it is gone' })).toEqual(['it is gone'])
    const [first] = journalFigures(world, tailOf(JOURNAL), initialUi(null).panes.journal)
    expect(first).toEqual({ text: 'refuses', tone: 'bad' })
  })

  it('opens an entry with its data and hash, and the fault with its mend', () => {
    const start = { profile: 'yard', only: null, size: { columns: 80, rows: 24 }, now: NOW }
    const empty = createConsoleStore(start).getState()
    const known = withFacts(empty, 'all', [REFUSES], NOW)
    const tail = tailOf(JOURNAL)
    const state = withAction(known, { type: 'journal', tail }, { ids: [], height: 9, many: 0 })
    const told = (id: string) =>
      Object.fromEntries(
        shownDetail(state, { kind: 'journal', id })?.lines.map(({ label, text }) => [
          label,
          text,
        ]) ?? [],
      )
    expect(told('14')).toMatchObject({ data: '{"intent":13}', hash: '14'.padStart(64, '0') })
    expect(told('fault')).toMatchObject({ mend: 'free disk space' })
    expect(shownDetail(state, { kind: 'journal', id: '8' })).toBeNull()
  })
})

describe('following', () => {
  const ids = Array.from({ length: 50 }, (_, index) => String(index + 1))
  const extent: Extent = { ids, height: 10, many: ids.length }
  const after = (ui: Ui, ...actions: UiAction[]): Ui =>
    actions.reduce((state, action) => uiReduce(state, action, extent), ui)
  const opened = after(initialUi('journal'), {
    type: 'journal',
    tail: grown(NO_TAIL, numbered(1, 50)),
  })

  it('stops when moved up, and starts again at the end', () => {
    expect(cursorIndex(opened.panes.journal, ids)).toBe(49)
    const up = after(opened, { type: 'move', steps: -3 })
    expect(up.panes.journal).toMatchObject({ cursor: '47', top: 40 })
    expect(after(up, { type: 'move', steps: 'last' }).panes.journal.cursor).toBeNull()
    expect(after(up, { type: 'move', steps: 3 }).panes.journal.cursor).toBeNull()
  })

  it('stays on its rows when old ones fall away above them', () => {
    const up = after(opened, { type: 'move', steps: -3 })
    const later = after(up, { type: 'journal-new', entries: numbered(51, TAIL_ENTRIES - 40) })
    expect(later.journal.entries?.[0]?.seq).toBe(11)
    expect(later.panes.journal).toMatchObject({ cursor: '47', top: 30, index: 36 })
  })

  it('lies over the home screen, and goes back to the pane that it was opened from', () => {
    const over = after(
      initialUi(null),
      { type: 'focus', pane: 'heals' },
      { type: 'focus', pane: 'host' },
      { type: 'focus', pane: 'journal' },
    )
    expect(over.focus).toBe('journal')
    for (const way of [{ type: 'back' }, { type: 'zoom' }] as const) {
      expect(after(over, way)).toMatchObject({ focus: 'heals', zoom: false })
    }
    expect(after(over, { type: 'focus-by', by: 1 }).focus).toBe('pkm')
    const alone = initialUi('journal')
    expect(after(alone, { type: 'back' }, { type: 'focus', pane: 'lanes' }).focus).toBe('journal')
    expect(after(alone, { type: 'focus-by', by: 1 }).focus).toBe('journal')
  })
})
