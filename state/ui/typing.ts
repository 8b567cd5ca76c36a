/** The line that is being typed: a filter, a searched text, a reason, a field, the palette's query. */
import type { Extent } from './action.ts'
import { fieldText, withField } from './launch-form.ts'
import { searchFor } from './log-view.ts'
import { textOf, withText } from './open-page.ts'
import { onScreen, setPane, setTop } from './screens.ts'
import { type Prompt, type Screen, screenOf, type Ui } from './ui.ts'

/** Writes the line being typed: the filter, the searched text, or the palette's query. */
export function write(ui: Ui, text: string, extent: Extent): Ui {
  const screen = screenOf(ui)
  if (screen.kind === 'palette') return setTop(ui, { ...screen, query: text, index: 0 })
  if (screen.kind === 'pause') return setTop(ui, { ...screen, query: text })
  // The cursor stays on its row while that is shown; else it goes to the first that is.
  if (ui.prompt?.kind === 'filter') return setPane(ui, { filter: text, index: 0, top: 0 })
  if (ui.prompt?.kind === 'search') {
    return withText(ui, searchFor(textOf(ui), text, extent.height))
  }
  const rejection = rejected(screen)
  if (screen.kind === 'confirm' && rejection) {
    const confirm = { ...screen.confirm, request: { ...rejection, reason: text } }
    return setTop(ui, { ...screen, confirm })
  }
  if (screen.kind === 'plan') return setTop(ui, { ...screen, reason: text })
  if (screen.kind === 'launch') return setTop(ui, withField(screen, text))
  return ui
}

/** The text of the line being typed; null when none is. */
export function typed(ui: Ui): string | null {
  const screen = screenOf(ui)
  if (screen.kind === 'palette' || screen.kind === 'pause') return screen.query
  if (ui.prompt?.kind === 'filter') return ui.panes[ui.focus].filter
  if (screen.kind === 'launch') return fieldText(screen)
  if (ui.prompt?.kind === 'override') return screen.kind === 'plan' ? screen.reason : null
  if (ui.prompt?.kind === 'reject') return rejected(screen)?.reason ?? null
  return ui.prompt?.kind === 'search' ? textOf(ui).search : null
}

/** The rejection that is asked about; null when none is. */
const rejected = (screen: Screen) =>
  screen.kind === 'confirm' && screen.confirm.request.act === 'pull.reject'
    ? screen.confirm.request
    : null

/** A reason that was typed is asked with; without one nothing changes. */
export function accept(ui: Ui): Ui {
  const after = { ...ui, prompt: null }
  if (ui.prompt?.kind !== 'override') return after
  return onScreen(after, 'plan', screen =>
    screen.reason.trim() === '' ? screen : { ...screen, answer: { kind: 'asked' } },
  )
}

/** Begins a line; what it was before comes back with `cancel`. */
export function prompt(ui: Ui, kind: Prompt['kind']): Ui {
  const befores = {
    filter: ui.panes[ui.focus].filter,
    search: textOf(ui).search,
    override: '',
    reject: rejected(screenOf(ui))?.reason ?? '',
  }
  return { ...ui, prompt: { kind, before: befores[kind] } }
}

export const cancel = (ui: Ui, extent: Extent): Ui =>
  ui.prompt ? { ...write(ui, ui.prompt.before, extent), prompt: null } : ui
