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
const LASTING = ['console.help', 'row.open', 'screen.close', 'console.palette', 'pane.filter']

const rank = ({ id }: Action): number => {
  const at = LASTING.indexOf(id)
  return at < 0 ? LASTING.length : at
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
  const offered = ACTIONS.filter(
    ({ id, hint, modes }) => hint && keymap[id] && modes.includes(mode),
  )
  const made = new Map(
    offered.map(action => [
      action,
      {
        key: keyName(keymap[action.id]?.[0] ?? ''),
        word: action.hint ?? '',
        can: action.when(context) === true,
      },
    ]),
  )
  const taken = new Set(
    offered
      .toSorted((a, b) => rank(a) - rank(b))
      .flatMap(action => made.get(action) ?? [])
      .filter(fits),
  )
  return [...made.values()].filter(hint => taken.has(hint))
}
