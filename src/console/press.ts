/** What a key does: the state after it, and what is left for the terminal or the hub to do. */
import { type Action, type Effect, modeOf } from '../../keymaps/action.ts'
import { actionOf } from '../../keymaps/actions.ts'
import type { Keymap } from '../../keymaps/default.ts'
import type { Resolve } from '../../keymaps/resolve.ts'
import { clean } from '../../state/clean.ts'
import { type ConsoleState, withAction } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import { typed } from '../../state/ui/typing.ts'
import { type ScreenKind, screenOf } from '../../state/ui/ui.ts'
import { contextOf } from '../../views/parts/context.ts'
import { offered } from '../../views/screens/palette.ts'
import { extentOf } from './extent.ts'
import type { KeyPress } from './keys.ts'

/** Effects that reach outside the state. */
export type Outside = Extract<
  Effect,
  { to: 'terminal' | 'hub' | 'lane' | 'pull' | 'leftover' | 'ask' }
>

export interface Pressed {
  readonly state: ConsoleState
  readonly outside: readonly Outside[]
}

export interface Keys {
  readonly keymap: Keymap
  readonly resolve: Resolve
}

const still = (state: ConsoleState): Pressed => ({ state, outside: [] })

const act = (state: ConsoleState, action: UiAction, keys: Keys): ConsoleState =>
  withAction(state, action, extentOf(state, keys.keymap))

/** Screens that ask: what is answered closes them. */
const ASKS: ReadonlySet<ScreenKind> = new Set(['trust', 'answer', 'confirm', 'pause'])

/** Carries out an action, or says why it cannot be. */
function perform(state: ConsoleState, action: Action, keys: Keys): Pressed {
  const context = contextOf(state)
  const may = action.when(context)
  if (may !== true) return still(act(state, { type: 'notice', text: may }, keys))
  const effect = action.effect(context)
  if (effect === null) return still(state)
  if (effect.to === 'screen') return still(act(state, effect.action, keys))
  if (effect.to === 'choice') return choose(state, keys)
  const isAsking = effect.to === 'hub' && ASKS.has(screenOf(state.ui).kind)
  const after = isAsking ? act(state, { type: 'back' }, keys) : state
  return { state: after, outside: [effect] }
}

/** Closes the palette and carries out what it stood on. */
function choose(state: ConsoleState, keys: Keys): Pressed {
  const { choices, index } = offered(state)
  const choice = choices[index]
  if (!choice) return still(state)
  return perform(act(state, { type: 'back' }, keys), choice.action, keys)
}

const withoutLast = (text: string): string => Array.from(text).slice(0, -1).join('')

/** How keys edit the line being typed. */
const EDITS: Readonly<Record<string, (text: string) => string>> = {
  backspace: withoutLast,
  'C-u': () => '',
  'C-w': text => text.replace(/\S*\s*$/, ''),
}

/** Longest line that can be typed. */
const TYPED_LIMIT = 400

/** Types a text into the open line, if there is one: a pasted text is never taken for keys. */
export function type(state: ConsoleState, text: string, keys: Keys): ConsoleState {
  const before = typed(state.ui)
  if (before === null) return state
  const after = Array.from(before + clean(text))
    .slice(0, TYPED_LIMIT)
    .join('')
  return act(state, { type: 'write', text: after }, keys)
}

function edit(state: ConsoleState, key: KeyPress, keys: Keys): ConsoleState {
  const before = typed(state.ui)
  if (before === null) return state
  const change = EDITS[key.name]
  return change
    ? act(state, { type: 'write', text: change(before) }, keys)
    : type(state, key.text, keys)
}

export function press(state: ConsoleState, key: KeyPress, keys: Keys): Pressed {
  const { pending } = state.ui
  const mode = modeOf(state.ui)
  const resolved = keys.resolve(mode, pending, key.name)
  if (resolved.kind === 'pending') {
    return still(act(state, { type: 'pending', keys: resolved.keys }, keys))
  }
  const settled = act(
    act(state, { type: 'pending', keys: [] }, keys),
    { type: 'notice', text: null },
    keys,
  )
  if (resolved.kind === 'none') {
    // A key that breaks a sequence off counts by itself.
    return pending.length > 0 ? press(settled, key, keys) : still(edit(settled, key, keys))
  }
  const action = actionOf(resolved.id)
  return action ? perform(settled, action, keys) : still(settled)
}
