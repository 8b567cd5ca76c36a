/** When a decision's deadline passes, its default is taken for the answer, if that is the safe one. */
import { JournalFault } from '../../state/journal/fault.ts'
import { safeDefault } from '../policy/answer.ts'
import { earliest, newAlarm } from './alarm.ts'
import type { HubBase } from './hub-base.ts'

export function keepDeadlines({ facts, journal, now }: HubBase): { stop(): void } {
  const waiting = () =>
    journal.status().message === null
      ? journal.unsettled('decision').flatMap(row => safeDefault(row) ?? [])
      : []
  const alarm = newAlarm(
    now,
    () => earliest(waiting().map(({ deadline }) => deadline)),
    () => {
      for (const { seq, deadline, option } of waiting().filter(each => each.deadline <= now())) {
        try {
          journal.append({
            at: now(),
            kind: 'answer',
            author: 'hub',
            subject: '',
            text: option,
            data: { decision: seq, reason: 'its deadline passed', deadline, by: null },
          })
        } catch (error) {
          // Its pane says that the journal refuses; the question stays open.
          if (!(error instanceof JournalFault)) throw error
        }
      }
    },
  )
  const unfollow = facts.onChange(changes => {
    if (changes.some(({ next }) => next.kind === 'decision')) alarm.set()
  })
  alarm.set()
  return {
    stop: () => {
      unfollow()
      alarm.stop()
    },
  }
}
