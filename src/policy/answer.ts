/**
 * Who may answer a decision. A decision exists because what it allows may not be undone: so a
 * person at a terminal answers it, and no agent approves its own work.
 */
import type { Answerer } from '../../state/answerer.ts'
import type { Instant } from '../../state/facts.ts'
import { DecidedAct, DecisionData } from '../../state/journal/decisions.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import type { DecisionFact } from '../../state/rule-facts.ts'

export type Verdict =
  | { kind: 'allowed'; option: string }
  | { kind: 'refused'; message: string; mend: string }

/** `answer` is one of the options, or its number from 1. */
export function judgeAnswer(
  decision: DecisionFact | undefined,
  answer: string,
  by: Answerer,
): Verdict {
  if (!decision) {
    return refused('no open decision has that number', '`dockmaster decisions` lists the open ones')
  }
  if (by.tty === null) {
    const mend = 'answer it in the console, or with `dockmaster answer` at a terminal'
    return refused('a decision is answered by a person at a terminal', mend)
  }
  const option = decision.options.find(name => name === answer) ?? numbered(decision, answer)
  if (option === undefined) {
    const known = decision.options.map((name, index) => `${index + 1} ${name}`).join(', ')
    return refused(`${JSON.stringify(answer)} is none of its options`, `choose one of: ${known}`)
  }
  return { kind: 'allowed', option }
}

/**
 * The answer that a passed deadline stands for; null when there is none, or it is not safe: a
 * default never allows an act, and of a question that others asked it must be to cancel.
 */
export function safeDefault({
  seq,
  data,
}: Pick<JournalRow, 'seq' | 'data'>): { seq: number; deadline: Instant; option: string } | null {
  const { options, deadline, default: option } = DecisionData.parse(data)
  if (deadline === null || option === null || !options.includes(option)) return null
  const decided = DecidedAct.safeParse(data).data
  const isSafe = decided ? option !== decided.approve : /^cancel$/i.test(option)
  return isSafe ? { seq, deadline, option } : null
}

const numbered = ({ options }: DecisionFact, answer: string): string | undefined =>
  /^[1-9]\d?$/.test(answer) ? options[Number(answer) - 1] : undefined

const refused = (message: string, mend: string): Verdict => ({ kind: 'refused', message, mend })
