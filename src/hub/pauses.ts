/**
 * What is paused: held in the journal, shown as facts, ended by whoever ends it or by its time.
 * Each pause is an act of its own, with an undo.
 */
import type { Act } from '../../state/act.ts'
import { moment } from '../../state/format.ts'
import { JournalFault } from '../../state/journal/fault.ts'
import { openPauses, pauseDraft } from '../../state/journal/pauses.ts'
import { PAUSE_SUBJECT } from '../../state/journal/subjects.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import { pauseKey } from '../../state/pause.ts'
import type { PauseFact, PauseTarget } from '../../state/rule-facts.ts'
import { earliest, newAlarm } from './alarm.ts'
import type { HubBase } from './hub-base.ts'

export type PauseWish = Pick<PauseFact, 'target' | 'reason' | 'until' | 'review'>

/** Who pauses, and what the entries say besides. */
export interface Cause {
  author: string
  data?: JournalRow['data']
}

export interface Pauses {
  /** What holds now; the same facts are on the screens. */
  inForce(): PauseFact[]
  /** Replaces an earlier pause of the same target. Throws JournalFault: then nothing is paused. */
  pause(wish: PauseWish, cause: Cause): JournalRow
  /** Null when nothing of that target is paused. Throws JournalFault. */
  unpause(target: PauseTarget, reason: string, cause: Cause): JournalRow | null
  stop(): void
}

const SOURCE = 'journal'

export function newPauses({ facts, journal, now }: HubBase): Pauses {
  const held = () => facts.values('pause')

  const isOver = ({ until }: PauseFact) => until !== null && until <= now()
  const mustAsk = ({ review, isReviewDue }: PauseFact) =>
    !isReviewDue && review !== null && review <= now()

  const alarm = newAlarm(
    now,
    () =>
      earliest(
        held().map(({ until, review, isReviewDue }) =>
          earliest([until, isReviewDue ? null : review]),
        ),
      ),
    () => {
      for (const pause of held().filter(mustAsk)) {
        const value = { ...pause, isReviewDue: true }
        facts.put(SOURCE, [{ kind: 'pause', key: pauseKey(pause.target), at: now(), value }])
      }
      for (const { target } of held().filter(isOver)) endQuietly(target)
    },
  )

  const write = (
    act: Act,
    text: string,
    { author, data = {} }: Cause,
    outcome: JournalRow['data'],
  ) => {
    const entry = { at: now(), author, subject: PAUSE_SUBJECT }
    const intent = journal.append({ ...entry, kind: 'intent', text, data: { ...data, ...act } })
    const row = journal.append({
      ...entry,
      kind: 'outcome',
      text,
      data: { ...outcome, intent: intent.seq },
    })
    const draft = pauseDraft(row)
    if (draft) facts.put(SOURCE, [draft])
    alarm.set()
    return row
  }

  const pauses: Pauses = {
    inForce: () => held().filter(pause => !isOver(pause)),
    pause: (wish, cause) => {
      const { target, reason, until, review } = wish
      const pause = { ...wish, by: cause.author, since: now(), isReviewDue: false }
      const former = held().find(each => pauseKey(each.target) === pauseKey(target))
      const text = `${pauseKey(target)} is paused${until === null ? '' : ` until ${moment(until, now())}`}: ${reason}`
      const undo: Act = former ? againOf(former) : { act: 'unpause', target }
      const act: Act = { act: 'pause', target, reason, until, review }
      return write(act, text, cause, { outcome: 'paused', pause, undo })
    },
    unpause: (target, reason, cause) => {
      const former = held().find(each => pauseKey(each.target) === pauseKey(target))
      if (former === undefined) return null
      const text = `${pauseKey(target)} is paused no more${reason === '' ? '' : `: ${reason}`}`
      const done = { outcome: 'unpaused', unpaused: target }
      const undo = isOver(former) ? {} : { undo: againOf(former) }
      return write({ act: 'unpause', target }, text, cause, { ...done, ...undo })
    },
    stop: alarm.stop,
  }

  /** What is over holds nothing, whether or not the journal can say so. */
  function endQuietly(target: PauseTarget): void {
    try {
      pauses.unpause(target, 'its time is over', { author: 'hub' })
    } catch (error) {
      if (!(error instanceof JournalFault)) throw error
      facts.put(SOURCE, [{ kind: 'pause', key: pauseKey(target), at: now(), value: null }])
    }
  }

  if (journal.status().message === null) facts.put(SOURCE, openPauses(journal))
  alarm.set()
  return pauses
}

const againOf = ({ target, reason, until, review }: PauseFact): Act => ({
  act: 'pause',
  target,
  reason,
  until,
  review,
})
