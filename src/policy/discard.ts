/** What would be gone for good with a lane's worktree and branch, and how a person is asked. */
import type { DiscardAct } from '../../state/act.ts'
import { plural } from '../../state/format.ts'
import type { DecisionData } from '../../state/journal/decisions.ts'
import type { TreeSeen } from '../rpc/act-api.ts'

/** Names that a question shows; the rest is counted. */
const SHOWN = 5

/** Empty when every commit is elsewhere too and no file holds anything of its own. */
export function lossesOf({ unmerged, changed }: TreeSeen): string[] {
  return [
    ...(unmerged.length === 0
      ? []
      : [`${plural(unmerged.length, 'commit')} on no other branch (${some(unmerged)})`]),
    ...(changed.length === 0
      ? []
      : [`${plural(changed.length, 'changed file')} in no commit (${some(changed)})`]),
  ]
}

const some = (names: readonly string[]): string =>
  [...names.slice(0, SHOWN), ...(names.length > SHOWN ? ['…'] : [])].join(', ')

const DISCARD = 'Discard it'
export const KEEP = 'Keep it'

/** How long a question waits until nothing is done. */
const WAITS_MS = 7 * 86_400_000

/** The question's data. Its default is to keep. */
export function discardQuestion(
  act: DiscardAct,
  losses: readonly string[],
  now: number,
): DecisionData & { act: DiscardAct; approve: string } {
  return {
    options: [DISCARD, KEEP],
    default: KEEP,
    deadline: now + WAITS_MS,
    url: null,
    reversibility: 'irreversible',
    why: `gone for good: ${losses.join('; ')}. Only ${act.path} and ${act.branch} at ${act.head.slice(0, 12)} are removed, and only while they are as they are now.`,
    act,
    approve: DISCARD,
  }
}
