/** A process that appends to the journal at argv[2] until it is killed; `seq hash` for each entry. */
import { writeSync } from 'node:fs'
import { openJournal } from '../../state/journal/journal.ts'

const journal = openJournal(process.argv[2] ?? '')
for (;;) {
  const text = `step ${journal.status().seq + 1} ${'x'.repeat(journal.status().seq % 700)}`
  const row = journal.append({ at: 1, kind: 'note', author: 'w', subject: '', text, data: {} })
  writeSync(1, `${row.seq} ${row.hash}\n`)
}
