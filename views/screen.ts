/** The whole screen as lines: never more than the terminal's rows, never wider than its columns. */
import type { Keymap } from '../keymaps/default.ts'
import type { ConsoleState } from '../state/store.ts'
import { screenOf } from '../state/ui/ui.ts'
import { hintLine, saidLines } from './parts/lower-lines.ts'
import { statusLine } from './parts/status-line.ts'
import type { Theme } from './parts/theme.ts'
import { answerScreen } from './screens/answer.ts'
import { confirmScreen } from './screens/confirm.ts'
import { detailLines } from './screens/detail.ts'
import { helpScreen } from './screens/help.ts'
import { homeLines } from './screens/home.ts'
import { launchScreen } from './screens/launch.ts'
import { paletteScreen } from './screens/palette.ts'
import { pauseScreen } from './screens/pause.ts'
import { planScreen } from './screens/plan.ts'
import { trustScreen } from './screens/trust.ts'

function body(state: ConsoleState, keymap: Keymap, theme: Theme): readonly string[] {
  switch (screenOf(state.ui).kind) {
    case 'home':
      return homeLines(state, theme)
    case 'detail':
      return detailLines(state, theme)
    case 'help':
      return helpScreen(state, keymap, theme)
    case 'plan':
      return planScreen(state, theme)
    case 'launch':
      return launchScreen(state, theme)
    case 'palette':
      return paletteScreen(state, keymap, theme)
    case 'confirm':
      return confirmScreen(state, theme)
    case 'pause':
      return pauseScreen(state, theme)
    case 'answer':
      return answerScreen(state, theme)
    default:
      return trustScreen(state, theme)
  }
}

export function screenLines(state: ConsoleState, keymap: Keymap, theme: Theme): readonly string[] {
  const said = saidLines(state, keymap, theme)
  const upper = [statusLine(state, theme), ...body(state, keymap, theme)]
  const seen = upper.slice(0, upper.length + 1 - said.length)
  return [...seen, ...said, hintLine(state, keymap, theme)].slice(0, state.size.rows)
}
