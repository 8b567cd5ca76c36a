/**
 * What may be done now. One table says of every act what takes it back; one rule says whether it
 * runs now, is refused, or becomes a question that a person at a terminal answers.
 */
import type { ActName } from '../../state/act.ts'
import type { Instant } from '../../state/facts.ts'
import { type Aim, pauseOf, pauseText } from '../../state/pause.ts'
import type { PauseFact } from '../../state/rule-facts.ts'

interface Rule {
  /** The act that takes it back, which its outcome names as data; null when none does. */
  readonly undo: ActName | null
  /** A pause of what it works on holds it. */
  readonly isHeldByPause: boolean
}

/** Every act. One that loses something is not taken back by its undo, whatever it is. */
export const ACTS: Readonly<Record<ActName, Rule>> = {
  'lane.launch': { undo: 'lane.stop', isHeldByPause: true },
  'lane.resume': { undo: 'lane.stop', isHeldByPause: true },
  'lane.stop': { undo: 'lane.resume', isHeldByPause: false },
  'lane.discard': { undo: 'lane.restore', isHeldByPause: false },
  'lane.restore': { undo: 'lane.discard', isHeldByPause: false },
  pause: { undo: 'unpause', isHeldByPause: false },
  unpause: { undo: 'pause', isHeldByPause: false },
  'pull.approve': { undo: 'pull.dismiss', isHeldByPause: false },
  'pull.reject': { undo: 'pull.dismiss', isHeldByPause: false },
  'pull.dismiss': { undo: 'pull.approve', isHeldByPause: false },
  // While it waits in GitHub's queue it comes out again; what has landed stays.
  'pull.merge': { undo: 'pull.dequeue', isHeldByPause: false },
  'pull.dequeue': { undo: 'pull.merge', isHeldByPause: false },
  'pull.jump': { undo: 'pull.dequeue', isHeldByPause: false },
  'lock.remove': { undo: 'lock.restore', isHeldByPause: false },
  'lock.restore': { undo: 'lock.remove', isHeldByPause: false },
  'box.remove': { undo: null, isHeldByPause: false },
  'dock.switch': { undo: 'dock.switch', isHeldByPause: false },
  'dock.priority': { undo: 'dock.priority', isHeldByPause: false },
}

export interface Wanted {
  readonly act: ActName
  readonly aim: Aim
  readonly pauses: readonly PauseFact[]
  /** What would be gone for good, in words; empty when nothing would. */
  readonly losses: readonly string[]
  readonly now: Instant
}

export type Ruling =
  | { readonly kind: 'run' }
  /** Irreversible: a decision of its own. */
  | { readonly kind: 'decide'; readonly why: string }
  | { readonly kind: 'refused'; readonly problems: readonly [string, ...string[]] }

export function judgeAct({ act, aim, pauses, losses, now }: Wanted): Ruling {
  const pause = ACTS[act].isHeldByPause ? pauseOf(aim, pauses) : undefined
  if (pause) return { kind: 'refused', problems: [`${pauseText(pause, now)} (${MEND})`] }
  if (losses.length === 0 && ACTS[act].undo !== null) return { kind: 'run' }
  return { kind: 'decide', why: losses.length === 0 ? FINAL : `${FINAL}: ${losses.join('; ')}` }
}

const FINAL = 'it cannot be undone'
const MEND = '`dockmaster unpause` lets it go on'
