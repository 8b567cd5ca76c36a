/** How a person is asked before what was left on the host goes for good. */
import type { RemoveAct } from '../../state/act.ts'
import type { DecisionData } from '../../state/journal/decisions.ts'

export const REMOVE = 'Remove it'
const LEAVE = 'Leave it'

/** How long a question waits until nothing is done. */
const WAITS_MS = 7 * 86_400_000

/** The question's data. Its default is to leave it. */
export const removeQuestion = (
  act: RemoveAct,
  losses: readonly string[],
  now: number,
): DecisionData & { act: RemoveAct; approve: string } => ({
  options: [REMOVE, LEAVE],
  default: LEAVE,
  deadline: now + WAITS_MS,
  url: null,
  reversibility: 'irreversible',
  why: `gone for good: ${losses.join('; ')}. Only that very one is removed, and only while nobody uses it.`,
  act,
  approve: REMOVE,
})
