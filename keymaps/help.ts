/** Help and hints, made from the actions and their keys. */
import type { Action, Context, Mode } from './action.ts'
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
  /** False when it cannot be done now: pressing the key says why. */
  readonly can: boolean
}

/** The hints that stay longest when there is no room. */
const LASTING = [
  'console.help',
  'row.open',
  'screen.close',
  'console.palette',
  'console.quit',
  'pane.filter',
]

/** Then those that can be done now. */
function rank({ id }: Action, { can }: Hint): number {
  const at = LASTING.indexOf(id)
  return at >= 0 ? at : LASTING.length + (can ? 0 : 1)
}

/**
 * Hints for a mode, as many as `fits` takes when asked in the order of their weight; shown in the
 * order of the list of actions.
 */
export function hints(
  keymap: Keymap,
  mode: Mode,
  context: Context,
  fits: (hint: Hint) => boolean,
): readonly Hint[] {
  const offered = ACTIONS.flatMap((action): (readonly [Action, Hint])[] => {
    const { id, hint, modes, when } = action
    if (hint === undefined || !keymap[id] || !modes.includes(mode)) return []
    const key = keyName(keymap[id][0] ?? '')
    const word = typeof hint === 'string' ? hint : hint(context)
    return word === null ? [] : [[action, { key, word, can: when(context) === true }]]
  })
  const taken = new Set(
    offered
      .toSorted((a, b) => rank(...a) - rank(...b))
      .flatMap(([, hint]) => (fits(hint) ? hint : [])),
  )
  return offered.flatMap(([, hint]) => (taken.has(hint) ? hint : []))
}
