/** Who may answer a decision besides a person at a terminal: nobody, unless a profile names the act. */
import * as z from 'zod'

/** Irreversible acts whose decisions a profile may leave to a process. None of them lands code. */
const UNATTENDED = ['lane.discard', 'lock.remove', 'box.remove'] as const

export const UnattendedAct = z.enum(UNATTENDED, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is answered by a person at a terminal only; what a process may answer: ${UNATTENDED.join(', ')}`,
})
export type UnattendedAct = z.infer<typeof UnattendedAct>

export const AnswersConfig = z.strictObject({
  /** Acts whose decisions a process without a terminal may answer; an agent's never may. */
  withoutTerminal: z.array(UnattendedAct).default([]),
})
