/** Help and hints, made from the actions and their keys. */
import type { Action, Mode } from './action.ts'
import { ACTIONS } from './actions.ts'
import type { Keymap } from './default.ts'

const NAMES: Readonly<Record<string, string>> = {
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  'S-tab': 'Shift-Tab',
  space: 'Space',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
}

/** A key sequence as people read it: `gg`, `Ctrl-d`, `Enter`. */
export const keyName = (sequence: string): string =>
  sequence
    .split(' ')
    .map(key => NAMES[key] ?? key.replace(/^C-/, 'Ctrl-'))
    .join('')

/** All keys of an action, for help. */
export const keysOf = (keymap: Keymap, action: Action): string =>
  (keymap[action.id] ?? []).map(keyName).join(' ')

export interface HelpLine {
  /** A group's heading has no keys. */
  readonly keys: string | null
  readonly text: string
}

export function helpLines(keymap: Keymap, mode: Mode): readonly HelpLine[] {
  const groups = [...new Set(ACTIONS.map(action => action.group))]
  return groups.flatMap(group => {
    const actions = ACTIONS.filter(
      action => action.group === group && action.modes.includes(mode) && keymap[action.id],
    )
    if (actions.length === 0) return []
    return [
      { keys: null, text: group },
      ...actions.map(action => ({ keys: keysOf(keymap, action), text: action.title })),
    ]
  })
}

export interface Hint {
  readonly key: string
  readonly word: string
}

/** Hints in the order in which they are dropped last: what is offered here comes from the list. */
export const hints = (keymap: Keymap, mode: Mode): readonly Hint[] =>
  ACTIONS.flatMap(action => {
    const [key] = keymap[action.id] ?? []
    return action.hint && key && action.modes.includes(mode)
      ? [{ key: keyName(key), word: action.hint }]
      : []
  })
