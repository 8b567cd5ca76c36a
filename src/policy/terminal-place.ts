/** Where a lane's terminal is opened. */
import type { KnownLane, Target } from './lane-target.ts'

/** A box will be another place. */
export interface TerminalPlace {
  readonly kind: 'worktree'
  readonly directory: string
}

export function terminalPlace({ value }: KnownLane): Target<TerminalPlace> {
  const { cwd, name } = value
  return cwd === null
    ? { kind: 'refused', message: `it is not known in which directory ${name} works` }
    : { kind: 'found', target: { kind: 'worktree', directory: cwd } }
}
