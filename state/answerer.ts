/** Who answered a decision: journaled with the answer, so that it can be looked into later. */
import * as z from 'zod'

export const Answerer = z.object({
  user: z.string().max(200),
  host: z.string().max(200),
  pid: z.number().int().positive(),
  /** The terminal that the answer came from; null when there was none. */
  tty: z.string().max(200).nullable(),
  /** Command lines of the process and those above it, nearest first: an agent would show here. */
  parents: z.array(z.string().max(200)).max(16),
})
export type Answerer = z.infer<typeof Answerer>

/** Names them as the author of an entry. */
export const authorOf = ({ user, host }: Answerer): string => `${user}@${host}`

/** Names the very process that asked. */
export const processOf = (by: Answerer): string => `${authorOf(by)} pid ${by.pid}`
