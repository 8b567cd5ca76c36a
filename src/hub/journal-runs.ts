/** A serialized command is an act: journaled as an intent before it starts, closed by an outcome. */
import { createHash } from 'node:crypto'
import type { Outcome } from '../../adapters/remote-shell.ts'
import type { Instant } from '../../state/facts.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import { isJournalAct } from '../../state/journal/subjects.ts'
import { isLineIntent } from './dock/line-journal.ts'
import { isNativeIntent } from './dock/native-runner.ts'
import { isPullIntent } from './dock/pull-journal.ts'
import { isRebaseIntent } from './dock/rebase-journal.ts'
import { isRebaseLaneIntent } from './dock/rebase-lane-journal.ts'
import { isRerunIntent } from './dock/red-runs.ts'
import { isSkipIntent } from './dock/skip-teller.ts'
import { isLaneIntent } from './lane-journal.ts'
import { isLeftoverIntent } from './leftovers/leftovers.ts'
import type { RunRequest } from './runs.ts'

const SHOWN = 500

export const journalRuns =
  (journal: Journal, now: () => Instant) =>
  (request: RunRequest): ((outcome: Outcome) => void) => {
    const sha256 = createHash('sha256').update(request.script).digest('hex')
    const intent = journal.append({
      at: now(),
      kind: 'intent',
      author: request.label,
      subject: 'runl',
      text: request.script.slice(0, SHOWN),
      data: { act: 'runl', sha256, bytes: Buffer.byteLength(request.script) },
    })
    return outcome => {
      const ending = { outcome: outcome.kind, text: tell(outcome) }
      journal.append(outcomeEntry(intent, ending, now()))
    }
  }

function tell(outcome: Outcome): string {
  if (outcome.kind === 'exit') {
    const { code, signal } = outcome.exit
    return signal === null ? `exit ${code}` : `ended by ${signal}`
  }
  if (outcome.kind === 'transport') return `${outcome.failure.kind}: ${outcome.failure.message}`
  return `not run: ${outcome.message}`
}

/** Their own kind looks how they ended. */
const OF_THE_WORLD = [
  isLaneIntent,
  isLeftoverIntent,
  isLineIntent,
  isNativeIntent,
  isPullIntent,
  isRebaseIntent,
  isRebaseLaneIntent,
  isRerunIntent,
  isSkipIntent,
]

const NOT_DONE = { outcome: 'undone', text: 'not done: the hub ended first' }
const LOST = {
  outcome: 'unknown',
  text: 'unknown: the hub ended before the outcome came: look at the host',
}

/**
 * An intent that a dead hub left open: nobody knows how it ended, and it is not done again. Acts on
 * lanes and pull requests and steps of lines are left: the world can tell how those ended.
 */
export function settleLostIntents(journal: Journal, at: Instant): void {
  for (const intent of journal.unsettled('intent')) {
    if (OF_THE_WORLD.some(isOne => isOne(intent))) continue
    const ending = isJournalAct(intent) ? NOT_DONE : LOST
    journal.append(outcomeEntry({ ...intent, author: 'hub' }, ending, at))
  }
}
