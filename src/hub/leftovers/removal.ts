/** Removing what is left over, whatever it is: shown, asked about, or done as an act of its own. */
import { RemoveAct } from '../../../state/act.ts'
import { type Answerer, authorOf } from '../../../state/answerer.ts'
import type { Instant } from '../../../state/facts.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import { outcomeEntry } from '../../../state/journal/outcome.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import { NO_AIM } from '../../../state/pause.ts'
import { judgeAct } from '../../policy/act.ts'
import { removeQuestion } from '../../policy/leftover.ts'
import type { Done } from '../../rpc/act-api.ts'
import type { Ending } from '../lane-journal.ts'

export interface Removal<A extends RemoveAct> {
  readonly act: A
  /** The lane or the path that it is about. */
  readonly subject: string
  /** What is removed, and why that may go. */
  readonly what: string
  readonly why: string
  /** What would be gone for good. */
  readonly losses: readonly string[]
}

export interface RemovalWish {
  readonly isDryRun: boolean
  readonly by: Answerer
  /** What its entries say besides. */
  readonly cause: JournalRow['data']
}

interface Deps {
  journal: Journal
  now(): Instant
}

/** Throws JournalFault, and RpcFault when the host cannot be asked. */
export async function removeIt<A extends RemoveAct>(
  deps: Deps,
  { act, subject, what, why, losses }: Removal<A>,
  { isDryRun, by, cause }: RemovalWish,
  doIt: (act: A) => Promise<Ending>,
): Promise<Done> {
  const { journal, now } = deps
  const ruling = judgeAct({ act: act.act, aim: NO_AIM, pauses: [], losses, now: now() })
  if (ruling.kind === 'refused') return { kind: 'refused', message: ruling.problems.join('; ') }
  if (isDryRun) {
    const then = ruling.kind === 'run' ? 'undo makes it again' : `a person is asked: ${ruling.why}`
    return { kind: 'plan', text: `would remove ${what}: ${why}; ${then}` }
  }
  const author = authorOf(by)
  if (ruling.kind === 'decide') {
    const { seq } = askPerson(deps, { act, subject, what, losses, author })
    const text = `#${seq} asks you: ${losses.join('; ')} would be gone for good`
    return { kind: 'asks', decision: seq, text }
  }
  const intent = journal.append({
    at: now(),
    kind: 'intent',
    author,
    subject,
    text: `remove ${what}: ${why}`,
    data: { ...cause, ...act, by },
  })
  return tell(deps, intent, await doIt(act))
}

/** Closes an intent with how it ended. */
export function tell({ journal, now }: Deps, intent: JournalRow, ending: Ending): Done {
  const { seq } = journal.append(outcomeEntry(intent, ending, now()))
  return ending.outcome === 'failed'
    ? { kind: 'failed', message: ending.text }
    : { kind: 'done', text: ending.text, seq }
}

/** The same question is asked once. */
function askPerson<A extends RemoveAct>(
  { journal, now }: Deps,
  about: Pick<Removal<A>, 'act' | 'subject' | 'what' | 'losses'> & { author: string },
): JournalRow {
  const { act, subject, what, losses, author } = about
  const words = JSON.stringify(RemoveAct.parse(act))
  const isSame = ({ data }: JournalRow) =>
    JSON.stringify(RemoveAct.safeParse(data['act']).data) === words
  return (
    journal.unsettled('decision').find(isSame) ??
    journal.append({
      at: now(),
      kind: 'decision',
      author,
      subject,
      text: `Remove ${what}?`,
      data: removeQuestion(act, losses, now()),
    })
  )
}
