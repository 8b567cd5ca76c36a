/**
 * What is asked before an act: its name, its target, the host, and what undoes it. The act itself
 * is data that the console sends to the hub once a person said yes.
 */
import type { FileMark } from '../lock-file.ts'
import type { Engine } from '../words.ts'

/** What a yes asks the hub for. Adding an act is one line here and one in the console. */
export type ConfirmedAct =
  | {
      readonly act: 'lane.stop'
      readonly lane: string
      readonly pid: number
      readonly pidStart: string
    }
  | { readonly act: 'lane.resume'; readonly lane: string; readonly brief: string | null }
  | { readonly act: 'lane.check'; readonly lane: string }
  | { readonly act: 'lane.discard'; readonly lane: string }
  | {
      readonly act: 'leftover.remove'
      readonly kind: 'lock' | 'box'
      readonly key: string
      /** The very lock file that was shown. */
      readonly file: FileMark | null
    }
  | {
      readonly act: 'lane.launch'
      readonly brief: string
      readonly name: string
      readonly engine: Engine
      readonly model: string | null
      readonly repo: string | null
    }
  | ({ readonly act: 'pull.approve' | 'pull.merge' | 'pull.jump' | 'pull.dequeue' } & PullAt)
  | ({ readonly act: 'pull.reject'; readonly reason: string } & PullAt)
  | {
      readonly act: 'dispatch.run'
      /** What was shown: nothing else is launched. */
      readonly lanes: readonly string[]
      readonly override: string | null
    }

/** A pull request at the head that was shown. */
interface PullAt {
  readonly repo: string
  readonly number: number
  readonly head: string
}

export interface Confirm {
  /** As a question: `Stop the lane crane-roster-2?`. */
  readonly title: string
  /** What is done, in words. */
  readonly act: string
  /** What it is done to: a command line with its pid, a pull request. Foreign text is welcome. */
  readonly target: string
  readonly host: string
  /** What takes it back, or that nothing does. */
  readonly undo: string
  /** More to know before a yes, in the order of its weight. */
  readonly more?: readonly { readonly label: string; readonly text: string }[]
  readonly request: ConfirmedAct
  /** What else may be done, by a key of its own: `merges it`. */
  readonly other?: { readonly label: string; readonly request: ConfirmedAct }
}
