/** Every key of the screen below, made from the list of actions. */
import type { Mode } from '../../keymaps/action.ts'
import type { Keymap } from '../../keymaps/default.ts'
import { helpLines } from '../../keymaps/help.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf, type Ui } from '../../state/ui/ui.ts'
import { fit } from '../../state/width.ts'
import type { Theme } from '../parts/theme.ts'
import { type ListLine, listLines } from './list.ts'

const KEYS = 18

/** The screen that help or palette was asked for on. */
export const modeBelow = (ui: Ui): Mode => ui.screens.at(-2)?.kind ?? 'home'

export const helpList = (ui: Ui, keymap: Keymap): readonly ListLine[] =>
  helpLines(keymap, modeBelow(ui)).map(({ keys, text }) => ({
    spans:
      keys === null
        ? [{ text: ` ${text}`, strong: true }]
        : [{ text: `   ${fit(keys, KEYS)}`, tone: 'accent' }, { text: ` ${text}` }],
  }))

export function helpScreen(state: ConsoleState, keymap: Keymap, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  const top = screen.kind === 'help' ? screen.top : 0
  return listLines('Keys', helpList(state.ui, keymap), top, state.size, theme)
}
