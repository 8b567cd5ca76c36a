/** What clients and hub say to each other about a live terminal in a lane's place. */
import * as z from 'zod'

const Cells = z.number().int().min(1).max(10_000)
export const TerminalSize = z.object({ columns: Cells, rows: Cells })

/** How a person's time in a lane's terminal came out. `seq` is the outcome's journal entry. */
export const TerminalEnded = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ended'),
    exit: z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
    /** The person left, and the shell was hung up. */
    isLeft: z.boolean(),
    ms: z.number(),
    seq: z.number(),
  }),
  /** Nothing was opened. */
  z.object({ kind: z.literal('refused'), message: z.string(), mend: z.string() }),
  /** The link fell while it was open. */
  z.object({ kind: z.literal('lost'), message: z.string(), mend: z.string(), seq: z.number() }),
])
export type TerminalEnded = z.infer<typeof TerminalEnded>

export const HUB_TERMINAL_METHODS = {
  /**
   * A shell on a terminal where the lane works: in its box while that runs, else the host's login
   * shell in its worktree. Input, output and cancel go as those of a run do; `resize` notifications
   * give it another size.
   */
  terminal: {
    params: z.object({
      /** Chosen by the client. */
      id: z.string(),
      lane: z.string(),
      size: TerminalSize,
      term: z.string().regex(/^[\w.+-]{1,64}$/),
      label: z.string(),
    }),
    result: TerminalEnded,
  },
} as const

/** A client's terminal has another size now. */
export const ResizeEvent = z.object({ id: z.string(), size: TerminalSize })
