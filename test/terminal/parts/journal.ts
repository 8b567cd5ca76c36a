/** An invented journal for screens. */
import type { JournalRow } from '../../../state/journal-entry.ts'
import { MINUTE, NOW } from './facts.ts'

/** An entry of the journal, written `minutesAgo`. */
export const entry = (
  seq: number,
  text: string,
  minutesAgo: number,
  change: Partial<JournalRow> = {},
): JournalRow => ({
  seq,
  at: NOW - minutesAgo * MINUTE,
  kind: 'note',
  author: 'scout',
  subject: '',
  text,
  data: {},
  hash: String(seq).padStart(64, '0'),
  ...change,
})

/** A journal with an entry of every kind; its decision is the one that waits in FACTORY. */
export const JOURNAL: readonly JournalRow[] = [
  entry(9, 'hub 1.2.3 started', 70, { kind: 'session', author: 'hub', subject: 'yard' }),
  entry(10, 'status stalled', 65, { kind: 'seen', author: 'lanes', subject: 'berth-board' }),
  entry(11, 'the train waits for #163', 60, { subject: 'yard/dock#163' }),
  entry(12, 'Merge #158 tonight?', 60, {
    kind: 'decision',
    author: 'marshal',
    data: { options: ['merge', 'wait'] },
  }),
  entry(13, 'systemctl restart runner', 14, { kind: 'intent', author: 'watch', subject: 'runl' }),
  entry(14, 'exit 0', 13, {
    kind: 'outcome',
    author: 'watch',
    subject: 'runl',
    data: { intent: 13 },
  }),
  entry(15, 'wait', 2, { kind: 'answer', author: 'ann', data: { decision: 8 } }),
]
