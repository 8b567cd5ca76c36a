/** Who may start lanes over the gates: a person at a terminal, so that no agent opens them itself. */
import type { Answerer } from '../../state/answerer.ts'

/** Why not; null when it may be. */
export const judgeOverride = ({ tty }: Pick<Answerer, 'tty'>): string | null =>
  tty === null ? 'the gates are opened by a person at a terminal only' : null
