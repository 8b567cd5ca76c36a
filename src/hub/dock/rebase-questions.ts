/**
 * What a rebase asks a person: a decision for each pull request at one head, asked once, withdrawn
 * when the head moved on. What was answered is read off the journal.
 */
import * as z from 'zod'
import type { DecisionData } from '../../../state/journal/decisions.ts'
import type { Journal } from '../../../state/journal/journal.ts'
import type { JournalRow } from '../../../state/journal-entry.ts'
import type { Car } from '../../engine/queue/line.ts'

/** `push`: may it be; `stuck`: no rule resolves it; `lost`: what was pushed lacks something. */
export const RebaseTopic = z.enum(['push', 'stuck', 'lost'])
export type RebaseTopic = z.infer<typeof RebaseTopic>

const Asked = z.object({ topic: RebaseTopic, pr: z.number().int(), head: z.string() })
type Asked = z.infer<typeof Asked>

export interface RebaseQuestions {
  ask(car: Car, topic: RebaseTopic, why: string): void
  /** Whether a person gave the answer that lets it go on. */
  isAllowed(car: Car, topic: RebaseTopic): boolean
  /** Withdraws what is asked of any other cars than these. */
  keep(isOpen: (asked: Asked) => boolean): void
}

const QUESTIONS: Record<RebaseTopic, (pull: string) => string> = {
  push: pull => `Push ${pull} rebased?`,
  stuck: pull => `${pull} conflicts with its branch, and no rule says what stays`,
  lost: pull => `${pull} was rebased by a lane that may have lost something: take it?`,
}

/** The answer that lets it go on, and the one that leaves all as it is, which is the default. */
const OPTIONS: Record<RebaseTopic, readonly [go: string, leave: string]> = {
  push: ['Push it', 'Leave it'],
  stuck: ['I rebase it by hand', 'Leave it'],
  lost: ['Take it as it is', 'Leave it'],
}

export function newRebaseQuestions(deps: {
  journal: Journal
  repo: string
  now(): number
}): RebaseQuestions {
  const { journal, repo, now } = deps
  const subjectOf = (pr: number) => `${repo}#${pr}`
  /** Answers never change. */
  const answers = new Map<number, string>()

  const find = ({ pr, head }: Car, topic: RebaseTopic): JournalRow | undefined =>
    journal.list({ kinds: ['decision'], subject: subjectOf(pr) }).findLast(({ data }) => {
      const asked = Asked.safeParse(data['rebase']).data
      return asked?.topic === topic && asked.head === head
    })

  const answerOf = ({ seq }: JournalRow): string | null => {
    const known = answers.get(seq)
    if (known !== undefined) return known
    if (journal.unsettled('decision').some(row => row.seq === seq)) return null
    let afterSeq = seq
    for (;;) {
      const rows = journal.list({ kinds: ['answer'], afterSeq })
      const found = rows.find(({ data }) => data['decision'] === seq)
      if (found) {
        answers.set(seq, found.text)
        return found.text
      }
      const last = rows.at(-1)
      if (last === undefined) return null
      afterSeq = last.seq
    }
  }

  return {
    ask: (car, topic, why) => {
      if (find(car, topic) !== undefined) return
      const [go, leave] = OPTIONS[topic]
      const data: DecisionData = {
        options: [go, leave],
        default: leave,
        deadline: null,
        reversibility: 'reversible',
        why,
        url: null,
      }
      journal.append({
        at: now(),
        kind: 'decision',
        author: 'dock',
        subject: subjectOf(car.pr),
        text: QUESTIONS[topic](subjectOf(car.pr)),
        data: { ...data, rebase: { topic, pr: car.pr, head: car.head } },
      })
    },
    isAllowed: (car, topic) => {
      const row = find(car, topic)
      return row !== undefined && answerOf(row) === OPTIONS[topic][0]
    },
    keep: isOpen => {
      for (const { seq, subject, data } of journal.unsettled('decision')) {
        const asked = Asked.safeParse(data['rebase']).data
        if (!asked || subject !== subjectOf(asked.pr) || isOpen(asked)) continue
        journal.append({
          at: now(),
          kind: 'answer',
          author: 'dock',
          subject: '',
          text: OPTIONS[asked.topic][1],
          data: { decision: seq, reason: 'withdrawn: the pull request is not as it was', by: null },
        })
      }
    },
  }
}
