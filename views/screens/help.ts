/** Every key of the screen below, made from the list of actions. */
import type { Mode } from '../../keymaps/action.ts'
import type { Keymap } from '../../keymaps/default.ts'
import { helpLines } from '../../keymaps/help.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf, type Ui } from '../../state/ui/ui.ts'
import { fit } from '../../state/width.ts'
import type { Theme } from '../parts/theme.ts'
import { wrap } from '../parts/wrap.ts'
import { type ListLine, listLines } from './list.ts'

const KEYS = 18

/** The screen that help or palette was asked for on. */
export const modeBelow = (ui: Ui): Mode => ui.screens.at(-2)?.kind ?? 'home'

/** Columns of the frame, the space before the keys and that behind them. */
const FRAME = 6

/** A key and what it does, in as many lines as that takes. */
const keyLines = (keys: string, text: string, columns: number): readonly ListLine[] =>
  wrap(text, columns - KEYS - FRAME).map((line, at) => ({
    spans: [
      { text: `   ${fit(at === 0 ? keys : '', KEYS)}`, tone: 'accent' },
      { text: ` ${line}` },
    ],
  }))

export const helpList = (
  { ui, size }: Pick<ConsoleState, 'ui' | 'size'>,
  keymap: Keymap,
): readonly ListLine[] =>
  helpLines(keymap, modeBelow(ui)).flatMap(({ keys, text }) =>
    keys === null
      ? [{ spans: [{ text: ` ${text}`, strong: true }] }]
      : keyLines(keys, text, size.columns),
  )

export function helpScreen(state: ConsoleState, keymap: Keymap, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  const top = screen.kind === 'help' ? screen.top : 0
  return listLines('Keys', helpList(state, keymap), top, state.size, theme)
}
