/** Where a lane's terminal is opened: in its box while that runs, else in its worktree. */
import type { BoxSeen } from '../../adapters/box.ts'
import type { LaneFact } from '../../state/facts.ts'
import type { Target } from './lane-target.ts'

export type TerminalPlace =
  | { readonly kind: 'worktree'; readonly directory: string }
  | { readonly kind: 'box'; readonly box: string; readonly directory: string }

/** `box` is the one that its newest run is in; null when that is in none, or it is gone. */
export function terminalPlace(
  { name, cwd: directory }: Pick<LaneFact, 'name' | 'cwd'>,
  box: Pick<BoxSeen, 'name' | 'state'> | null,
): Target<TerminalPlace> {
  if (directory === null) {
    return { kind: 'refused', message: `it is not known in which directory ${name} works` }
  }
  if (box?.state === 'paused') {
    const message = `the box ${box.name} of ${name} is paused: docker unpause lets it go on`
    return { kind: 'refused', message }
  }
  return box?.state === 'running'
    ? { kind: 'found', target: { kind: 'box', box: box.name, directory } }
    : { kind: 'found', target: { kind: 'worktree', directory } }
}

export const placeText = (place: TerminalPlace): string =>
  place.kind === 'box' ? `${place.directory} in the box ${place.box}` : place.directory
