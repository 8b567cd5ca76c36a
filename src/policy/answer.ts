/**
 * Who may answer a decision. A decision exists because what it allows may not be undone: so a
 * person at a terminal answers it, or a process where the profile names the act; an agent never.
 */
import type { Answerer } from '../../state/answerer.ts'
import { UnattendedAct } from '../../state/answers-config.ts'
import type { Instant } from '../../state/facts.ts'
import { DecidedAct, DecisionData } from '../../state/journal/decisions.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import type { DecisionFact } from '../../state/rule-facts.ts'

export type Verdict =
  | { kind: 'allowed'; option: string }
  | { kind: 'refused'; message: string; mend: string }

/** What the process that answers descends from, as the hub itself saw it on its machine. */
export type Descent =
  /** The process is gone, or this system tells nothing of processes. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'lane'; readonly lane: string }
  | { readonly kind: 'no lane' }

export interface AnswerAsked {
  readonly decision: DecisionFact | undefined
  /** One of the options, or its number from 1. */
  readonly answer: string
  readonly by: Answerer
  readonly descent: Descent
  /** What the decision allows; null when it is a question and no act hangs on it. */
  readonly act: DecidedAct['act']['act'] | null
  /** Acts that the profile leaves to processes. */
  readonly unattended: readonly UnattendedAct[]
}

export function judgeAnswer(asked: AnswerAsked): Verdict {
  const { decision, answer } = asked
  if (!decision) {
    return refused('no open decision has that number', '`dockmaster decisions` lists the open ones')
  }
  const nobody = mayNot(asked)
  if (nobody !== null) return nobody
  const option = decision.options.find(name => name === answer) ?? numbered(decision, answer)
  if (option === undefined) {
    const known = decision.options.map((name, index) => `${index + 1} ${name}`).join(', ')
    return refused(`${JSON.stringify(answer)} is none of its options`, `choose one of: ${known}`)
  }
  return { kind: 'allowed', option }
}

/** Null when whoever asks may answer. */
function mayNot({ by, descent, act, unattended }: AnswerAsked): Verdict | null {
  if (descent.kind === 'lane') {
    const message = `process ${by.pid} is of the lane ${descent.lane}: no agent approves its own work`
    return refused(message, AT_TERMINAL)
  }
  if (by.tty !== null) return null
  const message = 'a decision is answered by a person at a terminal'
  const kind = UnattendedAct.safeParse(act).data
  if (kind === undefined) return refused(message, AT_TERMINAL)
  if (!unattended.includes(kind)) {
    const named = `or name ${kind} in answers.withoutTerminal of the profile`
    return refused(message, `${AT_TERMINAL}; ${named}`)
  }
  return descent.kind === 'unseen'
    ? refused(`whether process ${by.pid} is an agent's cannot be seen`, AT_TERMINAL)
    : null
}

const AT_TERMINAL = 'answer it in the console, or with `dockmaster answer` at a terminal'

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
