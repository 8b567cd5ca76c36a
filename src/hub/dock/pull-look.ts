/** What the journal says of one pull request: what was done to it, and its steps in the line. */
import type { DockRepo } from '../../../state/config.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import type { LaneTimeline } from '../../../state/look.ts'
import { withoutSecrets } from '../../../state/printable.ts'
import type { PullAsked } from '../../rpc/pull-api.ts'
import { pullSubject } from './pull-journal.ts'
import { subjectsOf } from './subjects.ts'

/** Under which subjects the steps of a repository's line are written. */
export const lineSubjects = (
  repos: readonly Pick<DockRepo, 'repo' | 'base'>[],
  asked: string,
): string[] =>
  repos.filter(({ repo }) => repo === asked).flatMap(one => Object.values(subjectsOf(one)))

/** Entries of each subject that are looked through: the newest. */
const LOOK_BACK = 2_000

/** Reads only. `lines`: the subjects under which its repository's steps are written. */
export function pullTimeline(
  journal: Pick<Journal, 'list'>,
  pull: PullAsked,
  lines: readonly string[],
): LaneTimeline {
  const newest = (subject: string) => journal.list({ subject, limit: LOOK_BACK })
  const own = newest(pullSubject(pull))
  const ofLines = lines.map(newest)
  const steps = ofLines.flatMap(rows => stepsOf(rows, pull.number))
  const isCut = [own, ...ofLines].some(rows => rows.length === LOOK_BACK)
  const entries = [...own, ...steps]
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ at, seq, author, kind, text }) => ({ at, seq, who: `${kind} by ${author}`, text }))
  const cut = isCut ? `only the newest ${LOOK_BACK} entries of its line were looked through` : null
  return withoutSecrets({ entries, cut, fault: null })
}

/** Intents that name it, and what came of them. */
function stepsOf(rows: readonly JournalRow[], number: number): JournalRow[] {
  const named = new RegExp(`#${number}(?!\\d)`)
  const found = new Set(
    rows.flatMap(row => (row.kind === 'intent' && named.test(row.text) ? [row.seq] : [])),
  )
  return rows.filter(({ seq, data, text }) => {
    const { intent } = data
    return found.has(seq) || named.test(text) || (typeof intent === 'number' && found.has(intent))
  })
}
