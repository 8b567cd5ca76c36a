/** Every command by name, with its key, or why it cannot be done now. */
import type { Keymap } from '../../keymaps/default.ts'
import { keysOf } from '../../keymaps/help.ts'
import { type Choice, choices } from '../../keymaps/palette.ts'
import { listRows } from '../../state/layout.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf, windowTop } from '../../state/ui/ui.ts'
import { fit } from '../../state/width.ts'
import { contextOf } from '../parts/context.ts'
import type { Theme } from '../parts/theme.ts'
import { modeBelow } from './help.ts'
import { listLines } from './list.ts'

const KEYS = 14

/** What the palette offers, and which of it the cursor stands on. */
export function offered(state: ConsoleState): { choices: readonly Choice[]; index: number } {
  const screen = screenOf(state.ui)
  const query = screen.kind === 'palette' ? screen.query : ''
  const found = choices(query, modeBelow(state.ui), contextOf(state))
  const index = screen.kind === 'palette' ? Math.min(screen.index, found.length - 1) : 0
  return { choices: found, index: Math.max(0, index) }
}

export function paletteScreen(
  state: ConsoleState,
  keymap: Keymap,
  theme: Theme,
): readonly string[] {
  const { choices: found, index } = offered(state)
  const lines = found.map(({ action, reason }, at) => ({
    spans: [
      { text: ` ${fit(keysOf(keymap, action), KEYS)} `, tone: 'accent' as const },
      { text: action.title, tone: reason === null ? ('plain' as const) : ('dim' as const) },
      { text: reason === null ? '' : `   ${reason}`, tone: 'dim' as const },
    ],
    selected: at === index,
  }))
  const none = [{ spans: [{ text: ' No command is called that.', tone: 'dim' as const }] }]
  const top = windowTop(0, index, listRows(state.size), lines.length)
  return listLines('Commands', lines.length > 0 ? lines : none, top, state.size, theme)
}
