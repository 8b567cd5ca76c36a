import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { recall } from '../../../../state/journal/handover/recall.ts'
import { openJournal } from '../../../../state/journal/journal.ts'
import type { JournalEntry } from '../../../../state/journal-entry.ts'
import { scratch } from '../../../setup/scratch.ts'
import { entry } from './world.ts'

describe('what a handover recalls of the journal', () => {
  function journalOf(entries: JournalEntry[]) {
    const journal = openJournal(join(scratch(), 'journal.db'))
    onTestFinished(() => journal.close())
    journal.appendAll(entries)
    return journal
  }

  it('limits what changed to what came after it, and tells the next one', () => {
    const journal = journalOf([entry(), entry(), entry({ kind: 'session' })])
    const first = recall(journal, null)
    expect([first.cursor, first.changes.map(({ seq }) => seq)]).toEqual([2, [1, 2]])
    expect(recall(journal, 2)).toMatchObject({ cursor: 2, changes: [], moreChanges: false })
    journal.append(entry())
    expect(recall(journal, 2)).toMatchObject({
      cursor: 4,
      changes: [{ seq: 4 }],
      moreChanges: false,
    })
  })

  it('bounds what is read of a long journal, and says that there is more', () => {
    const journal = journalOf(Array.from({ length: 450 }, () => entry()))
    const { changes, moreChanges } = recall(journal, 1)
    expect([changes.length, changes.at(-1)?.seq, moreChanges]).toEqual([100, 450, true])
    expect(recall(journal, 420)).toMatchObject({ moreChanges: false })
  })

  it('finds the newest change behind many starts and stops', () => {
    const journal = journalOf([
      entry(),
      ...Array.from({ length: 700 }, () => entry({ kind: 'session' })),
    ])
    expect(recall(journal, null)).toMatchObject({
      cursor: 1,
      changes: [{ seq: 1 }],
      moreChanges: false,
    })
  })

  it('brings along what is open, however old it is', () => {
    const journal = journalOf([
      entry({ kind: 'decision', text: 'open' }),
      entry({ kind: 'decision', text: 'answered' }),
      entry({ kind: 'answer', data: { decision: 2 } }),
      entry({ kind: 'intent', text: 'begun' }),
      entry({ subject: 'goal', text: 'first' }),
      entry({ subject: 'goal', text: 'second' }),
      ...Array.from({ length: 300 }, () => entry({ kind: 'seen' })),
    ])
    const { decisions, intents, goal, next } = recall(journal, 300)
    expect(decisions.map(({ text }) => text)).toEqual(['open'])
    expect(intents.map(({ text }) => text)).toEqual(['begun'])
    expect([goal?.text, next]).toEqual(['second', null])
  })
})
