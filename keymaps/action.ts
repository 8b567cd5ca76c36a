/** What an action is, and the short ways to write one. */
import type { FileMark } from '../state/lock-file.ts'
import type { AccessFact, PauseTarget } from '../state/rule-facts.ts'
import type { RowView } from '../state/select/row.ts'
import type { UiAction } from '../state/ui/action.ts'
import type { ConfirmedAct } from '../state/ui/confirm.ts'
import { screenOf, type Ui } from '../state/ui/ui.ts'
import type { World } from '../state/world.ts'

/** Where keys are pressed: a screen, or a line being typed. */
export const MODES = [
  'home',
  'detail',
  'help',
  'plan',
  'launch',
  'palette',
  'prompt',
  'trust',
  'answer',
  'confirm',
  'pause',
] as const
export type Mode = (typeof MODES)[number]

export const modeOf = (ui: Ui): Mode => (ui.prompt ? 'prompt' : screenOf(ui).kind)

export interface Context {
  readonly world: World
  readonly ui: Ui
  /** Why nothing may be done from this console; null when it may. */
  readonly refusal: string | null
  /** The row under the cursor on the home screen. Asked only by those that need it. */
  readonly row: () => RowView | null
}

/** What can be begun with a lane: its key is given. */
export type LaneRequest = 'stop' | 'resume' | 'check' | 'attach' | 'write' | 'page'

/** What can be begun with a pull request: its key is given. */
export type PullRequest = 'approve' | 'reject' | 'jump' | 'dequeue'

/** What is taken back: what an entry tells of, or the last that was done to a lane. */
export type UndoOf =
  | { readonly kind: 'entry'; readonly seq: number }
  | { readonly kind: 'subject'; readonly subject: string }

/** What is left over: its key is given, and of a lock file the very one that is shown. */
export type LeftoverOf =
  | { readonly kind: 'lock'; readonly key: string; readonly file: FileMark }
  | { readonly kind: 'box'; readonly key: string; readonly file: null }
  /** The worktree of a lane that ended. */
  | { readonly kind: 'lane'; readonly key: string }

/** What an action does. */
export type Effect =
  | { readonly to: 'screen'; readonly action: UiAction }
  | { readonly to: 'terminal'; readonly request: 'quit' | 'suspend' | 'redraw' }
  /** Begins something about a lane that asks the host, or the person, before it acts. */
  | { readonly to: 'lane'; readonly request: LaneRequest; readonly lane: string }
  /** Shows a person what there is to know of a pull request, and asks. */
  | { readonly to: 'pull'; readonly request: PullRequest; readonly pull: string }
  /** Finds out what its removal would take, and asks. */
  | { readonly to: 'leftover'; readonly of: LeftoverOf }
  /** Asks a person before lanes are launched: those of the plan, or that of the form. */
  | { readonly to: 'ask'; readonly request: 'dispatch' | 'launch' }
  /** Does what the palette stands on. */
  | { readonly to: 'choice' }
  | { readonly to: 'hub'; readonly request: 'trust-key'; readonly fingerprint: string }
  | {
      readonly to: 'hub'
      readonly request: 'answer'
      readonly decision: number
      readonly answer: string
    }
  | { readonly to: 'hub'; readonly request: 'undo'; readonly of: UndoOf }
  | {
      readonly to: 'hub'
      readonly request: 'pause'
      readonly target: PauseTarget
      readonly reason: string
    }
  | { readonly to: 'hub'; readonly request: 'unpause'; readonly target: PauseTarget }
  | {
      readonly to: 'hub'
      readonly request: 'switch'
      readonly repo: string
      readonly backend: 'train' | 'native'
    }
  | {
      readonly to: 'hub'
      readonly request: 'priority'
      readonly repo: string
      readonly number: number
      readonly priority: number
    }
  | { readonly to: 'hub'; readonly request: 'access'; readonly mode: AccessFact['mode'] }
  /** Does what a person said yes to. */
  | { readonly to: 'hub'; readonly request: 'confirmed'; readonly confirmed: ConfirmedAct }

export interface Action {
  readonly id: string
  readonly title: string
  readonly group: 'Move' | 'Look' | 'Act' | 'Console'
  readonly modes: readonly Mode[]
  /** A short word for the hint line, or what it would do here: null when that is nothing. */
  readonly hint?: string | ((context: Context) => string | null)
  /** It changes something outside this console that cannot be taken back. */
  readonly danger: boolean
  /** True, or why not now. */
  readonly when: (context: Context) => true | string
  /** Null when there is nothing to do; `when` has then said why. */
  readonly effect: (context: Context) => Effect | null
}

export const screen = (action: UiAction) => (): Effect => ({ to: 'screen', action })

export const terminal = (request: 'quit' | 'suspend' | 'redraw') => (): Effect => ({
  to: 'terminal',
  request,
})

export const always = (): true => true

/** An action that only looks or moves: possible at any time unless it says otherwise. */
export const looking = (
  group: Action['group'],
  id: string,
  title: string,
  modes: readonly Mode[],
  effect: Action['effect'],
  more: Partial<Pick<Action, 'hint' | 'when'>> = {},
): Action => ({ id, title, group, modes, danger: false, when: always, effect, ...more })

/** An act that this version cannot do: it is listed, and says so, and what can be done instead. */
export const notBuilt = (
  id: string,
  title: string,
  what: string,
  hint?: string,
  instead = 'this version only looks.',
): Action => ({
  id,
  title,
  group: 'Act',
  modes: ['home', 'detail'],
  danger: true,
  when: () => `${what} is not built yet: ${instead}`,
  effect: () => null,
  ...(hint === undefined ? {} : { hint }),
})
