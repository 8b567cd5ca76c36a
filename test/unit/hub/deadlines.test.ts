import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keepDeadlines } from '../../../src/hub/deadlines.ts'
import { newFactStore } from '../../../src/hub/fact-store.ts'
import { journalWorld } from '../../../src/hub/journal-world.ts'
import { newPauses } from '../../../src/hub/pauses.ts'
import { openJournal } from '../../../state/journal/journal.ts'
import { eventually } from '../../setup/eventually.ts'
import { scratch } from '../../setup/scratch.ts'

function hub() {
  const journal = openJournal(join(scratch(), 'journal.db'))
  const facts = newFactStore('here')
  journalWorld(facts, journal, Date.now)
  const parts = { facts, journal, now: Date.now }
  const deadlines = keepDeadlines(parts)
  const pauses = newPauses(parts)
  onTestFinished(() => {
    deadlines.stop()
    pauses.stop()
    journal.close()
  })
  const ask = (data: Record<string, string | string[] | number>) =>
    journal.append({
      at: Date.now(),
      kind: 'decision',
      author: 'marshal',
      subject: '',
      text: 'Land it?',
      data: { options: ['land', 'Cancel'], ...data },
    }).seq
  return { journal, facts, pauses, ask }
}

describe('what waits for a time', () => {
  it('[M03] a decision whose deadline passed is answered by its safe default, on record', async () => {
    const { journal, facts, ask } = hub()
    const deadline = Date.now() + 50
    const unsafe = ask({ deadline, default: 'land' })
    const later = ask({ deadline: Date.now() + 3_600_000, default: 'Cancel' })
    const safe = ask({ deadline, default: 'Cancel' })
    await eventually('it is answered', () => journal.list({ kinds: ['answer'] }).length > 0)
    expect(journal.list({ kinds: ['answer'] })).toMatchObject([
      { author: 'hub', text: 'Cancel', data: { decision: safe, deadline, by: null } },
    ])
    await eventually('it is closed', () => facts.value('decision', String(safe)) === undefined)
    expect(journal.unsettled('decision').map(({ seq }) => seq)).toEqual([unsafe, later])
  })

  it('[E06] a pause tells when its review is due, and holds on', async () => {
    const { facts, pauses } = hub()
    const target = { kind: 'goal' as const, name: 'docs' }
    const wish = { target, reason: 'canon moves', until: null, review: Date.now() + 50 }
    pauses.pause(wish, { author: 'robin@yard' })
    expect(facts.value('pause', 'goal docs')?.isReviewDue).toBe(false)
    await eventually('it is due', () => facts.value('pause', 'goal docs')?.isReviewDue)
    expect(pauses.inForce()).toMatchObject([{ target, by: 'robin@yard' }])
  })
})
