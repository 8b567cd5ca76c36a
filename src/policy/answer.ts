/**
 * Who may answer a decision. A decision exists because what it allows may not be undone: so a
 * person at a terminal answers it, and no agent approves its own work.
 */
import type { Answerer } from '../../state/answerer.ts'
import type { DecisionFact } from '../../state/facts.ts'

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

const numbered = ({ options }: DecisionFact, answer: string): string | undefined =>
  /^[1-9]\d?$/.test(answer) ? options[Number(answer) - 1] : undefined

const refused = (message: string, mend: string): Verdict => ({ kind: 'refused', message, mend })
