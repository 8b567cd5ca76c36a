/** What an action says that changes what the operator sees, and what a movement needs to know. */
import type { PaneId } from '../panes.ts'
import type { PauseTarget } from '../rule-facts.ts'
import type { Confirm } from './confirm.ts'
import type { JournalTail, TailEntry } from './journal-tail.ts'
import type { LogPart } from './log-view.ts'
import type { Steps } from './move.ts'
import type { PlanAction } from './plan.ts'
import type { Section } from './section.ts'
import type { Prompt, Subject } from './ui.ts'

/** Lines are clean. */
export type PageText = { readonly lines: readonly string[] } | { readonly fault: string }

export type UiAction =
  | { readonly type: 'move'; readonly steps: Steps }
  | { readonly type: 'focus'; readonly pane: PaneId }
  | { readonly type: 'focus-by'; readonly by: 1 | -1 }
  | { readonly type: 'zoom' }
  | { readonly type: 'open'; readonly subject: Subject }
  | { readonly type: 'whole' }
  | { readonly type: 'help' }
  | { readonly type: 'palette' }
  | { readonly type: 'ask-trust'; readonly keyType: string; readonly fingerprint: string }
  | { readonly type: 'ask-answer'; readonly decision: string }
  | { readonly type: 'confirm'; readonly confirm: Confirm }
  | { readonly type: 'ask-pause'; readonly targets: readonly PauseTarget[] }
  | PlanAction
  | { readonly type: 'launch' }
  | { readonly type: 'launch-engine' }
  /** Why it was refused; null when the lane was launched, and the form may go. */
  | { readonly type: 'launch-came'; readonly problems: readonly string[] | null }
  | { readonly type: 'back' }
  | { readonly type: 'mark'; readonly id: string }
  | { readonly type: 'sort' }
  | { readonly type: 'prompt'; readonly kind: Prompt['kind'] }
  | { readonly type: 'write'; readonly text: string }
  | { readonly type: 'accept' }
  | { readonly type: 'cancel' }
  | { readonly type: 'find'; readonly by: 1 | -1 }
  | { readonly type: 'shift'; readonly by: number }
  | { readonly type: 'section'; readonly section: Section }
  | { readonly type: 'section-by'; readonly by: 1 | -1 }
  /** What was read of a part of a lane, or why it was not. */
  | ({ readonly type: 'page'; readonly id: string; readonly section: Section } & PageText)
  | { readonly type: 'pending'; readonly keys: readonly string[] }
  | { readonly type: 'notice'; readonly text: string | null }
  | { readonly type: 'log-part'; readonly lane: string; readonly part: LogPart }
  | { readonly type: 'log-fault'; readonly lane: string; readonly fault: string }
  /** The end of the journal as it was read; null when it is shown no more. */
  | { readonly type: 'journal'; readonly tail: JournalTail | null }
  | { readonly type: 'journal-new'; readonly entries: readonly TailEntry[] }

/** What is on the screen that a movement needs to know. */
export interface Extent {
  /** Ids of the rows of the focused pane, in order. */
  readonly ids: readonly string[]
  /** Lines of the part that scrolls. */
  readonly height: number
  /** Lines or rows that there are to scroll over, where they are not `ids`. */
  readonly many: number
}
