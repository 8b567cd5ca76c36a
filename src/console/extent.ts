/** What is on the screen that a movement needs to know. */
import type { Keymap } from '../../keymaps/default.ts'
import { focusedBox, layoutOf, listRows } from '../../state/layout.ts'
import { shownRows } from '../../state/select/shown.ts'
import { answersOf } from '../../state/select/status.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { Extent } from '../../state/ui/action.ts'
import { LAUNCH_FIELDS } from '../../state/ui/launch-form.ts'
import { screenOf } from '../../state/ui/ui.ts'
import { confirmList } from '../../views/screens/confirm.ts'
import { factLines, sectionRows } from '../../views/screens/detail.ts'
import { helpList } from '../../views/screens/help.ts'
import { offered } from '../../views/screens/palette.ts'
import { planList } from '../../views/screens/plan.ts'

const NOTHING: Extent = { ids: [], height: 0, many: 0 }

export function extentOf(state: ConsoleState, keymap: Keymap): Extent {
  const { ui, size } = state
  const screen = screenOf(ui)
  switch (screen.kind) {
    case 'home': {
      const ids = shownRows(state, ui.focus).map(({ id }) => id)
      const height = focusedBox(layoutOf(size, ui.focus, ui.zoom), ui.focus).rows
      return { ids, height, many: ids.length }
    }
    case 'detail': {
      const many = factLines(state).length
      const whole = screen.whole
      const rows = sectionRows(size, screen, many)
      return { ids: [], height: whole ? rows.facts : rows.log, many }
    }
    case 'help':
      return { ids: [], height: listRows(size), many: helpList(state, keymap).length }
    case 'confirm':
      return { ids: [], height: listRows(size), many: confirmList(state).length }
    case 'plan':
      return { ids: [], height: listRows(size), many: planList(screen.answer, size).length }
    case 'launch':
      return { ids: [], height: listRows(size), many: LAUNCH_FIELDS.length }
    case 'palette':
      return { ids: [], height: listRows(size), many: offered(state).choices.length }
    case 'pause':
      return { ids: [], height: listRows(size), many: screen.targets.length }
    case 'answer':
      return {
        ids: [],
        height: listRows(size),
        many: answersOf(state.world, screen.decision).length,
      }
    default:
      return NOTHING
  }
}
