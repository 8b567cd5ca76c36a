/** What the operator is doing: screens, cursors, filters. Nothing of it is truth about the world. */
import { type FactPane, type HomePane, isHomePane, PANES, type PaneId } from '../panes.ts'
import type { PauseTarget } from '../rule-facts.ts'
import type { Sort } from '../select/rows.ts'
import type { Confirm } from './confirm.ts'
import { type JournalTail, NO_TAIL } from './journal-tail.ts'
import type { LaunchScreen } from './launch-form.ts'
import { type LogView, NO_LOG } from './log-view.ts'
import type { PlanScreen } from './plan.ts'
import type { Section } from './section.ts'

export interface PaneUi {
  /** Id of the row under the cursor: it stays on the item when rows move. Null is where it rests. */
  readonly cursor: string | null
  /** Where it rests until it is moved: on the last row it follows what comes. */
  readonly rest: 'first' | 'last'
  /** Where that row was last: the cursor stays here when its item is gone. */
  readonly index: number
  /** First row on the screen. */
  readonly top: number
  readonly filter: string
  readonly sort: Sort
  readonly marked: ReadonlySet<string>
}

/** What a detail screen shows. */
export type Subject =
  | { readonly kind: FactPane | 'decision' | 'breach' | 'pause' | 'line'; readonly id: string }
  | { readonly kind: 'journal'; readonly id: string }

export type Screen =
  | { readonly kind: 'home' }
  | {
      readonly kind: 'detail'
      readonly subject: Subject
      /** First line of the facts. */
      readonly top: number
      /** The facts take the whole screen, and the log none of it. */
      readonly whole: boolean
      /** Which part of a lane stands below its facts. */
      readonly section: Section
    }
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'palette'; readonly query: string; readonly index: number }
  | PlanScreen
  | LaunchScreen
  /** Asks before the host key is trusted. Cancel is the default. */
  | { readonly kind: 'trust'; readonly keyType: string; readonly fingerprint: string }
  /** Offers the options of a decision. Cancel comes first: it is the default. */
  | { readonly kind: 'answer'; readonly decision: string; readonly index: number }
  /** Asks before an act. Cancel is the default. */
  | { readonly kind: 'confirm'; readonly confirm: Confirm; readonly top: number }
  /** What to hold, and why: the reason is typed. */
  | {
      readonly kind: 'pause'
      readonly targets: readonly PauseTarget[]
      readonly index: number
      readonly query: string
    }

export type ScreenKind = Screen['kind']

/** A line being typed. `before` is what Esc brings back. */
export interface Prompt {
  /** `override`: why the operator plans over the gates; `reject`: why changes are requested. */
  readonly kind: 'filter' | 'search' | 'override' | 'reject'
  readonly before: string
}

export interface Ui {
  /** The stack of screens; home is always at its bottom. */
  readonly screens: readonly [Screen, ...Screen[]]
  readonly focus: PaneId
  /** The pane of the home screen that the others lie over. */
  readonly home: HomePane
  /** Set when this console shows one pane only. */
  readonly only: PaneId | null
  readonly zoom: boolean
  readonly panes: Readonly<Record<PaneId, PaneUi>>
  readonly prompt: Prompt | null
  /** Keys of a sequence that is not finished. */
  readonly pending: readonly string[]
  /** Why a key did nothing; gone with the next key. */
  readonly notice: string | null
  readonly log: LogView
  /** The part of a lane that is shown in its log's place. */
  readonly page: LogView
  readonly journal: JournalTail
}

const PANE: PaneUi = {
  cursor: null,
  rest: 'first',
  index: 0,
  top: 0,
  filter: '',
  sort: 'attention',
  marked: new Set(),
}

export function initialUi(only: PaneId | null): Ui {
  const panes = Object.fromEntries(PANES.map(pane => [pane, PANE])) as Record<PaneId, PaneUi>
  const focus = only ?? 'lanes'
  return {
    screens: [{ kind: 'home' }],
    focus,
    home: isHomePane(focus) ? focus : 'lanes',
    only,
    zoom: only !== null,
    panes: { ...panes, journal: { ...PANE, rest: 'last' } },
    prompt: null,
    pending: [],
    notice: null,
    log: NO_LOG,
    page: NO_LOG,
    journal: NO_TAIL,
  }
}

/** The screen on top. */
export const screenOf = (ui: Ui): Screen => ui.screens.at(-1) ?? ui.screens[0]

/** Where the cursor stands in these rows: on its item, or where the item last was. */
export function cursorIndex(pane: PaneUi, ids: readonly string[]): number {
  if (ids.length === 0) return 0
  if (pane.cursor === null) return pane.rest === 'first' ? 0 : ids.length - 1
  const at = ids.indexOf(pane.cursor)
  return at >= 0 ? at : Math.min(pane.index, ids.length - 1)
}

/** First row of a window of `height` rows that holds `index`, moved as little as can be. */
export function windowTop(top: number, index: number, height: number, many: number): number {
  const bottom = Math.max(0, many - height)
  const least = Math.max(0, index - height + 1)
  return Math.min(bottom, Math.max(least, Math.min(top, index)))
}
