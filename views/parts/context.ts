/** What an action may need to know of the state: the row under the cursor above all. */
import type { Context } from '../../keymaps/action.ts'
import { refusalOf } from '../../state/select/access.ts'
import { shownRows } from '../../state/select/shown.ts'
import type { ConsoleState } from '../../state/store.ts'
import { cursorIndex } from '../../state/ui/ui.ts'

export function contextOf(state: ConsoleState): Context {
  const { world, ui } = state
  return {
    world,
    ui,
    refusal: refusalOf(state),
    row: () => {
      const rows = shownRows(state, ui.focus)
      const index = cursorIndex(
        ui.panes[ui.focus],
        rows.map(({ id }) => id),
      )
      return rows[index] ?? null
    },
  }
}
