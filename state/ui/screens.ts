/** Changes of the stack of screens, and of the pane that has the focus. */
import type { PaneUi, Screen, Ui } from './ui.ts'

export const setPane = (ui: Ui, change: Partial<PaneUi>): Ui => ({
  ...ui,
  panes: { ...ui.panes, [ui.focus]: { ...ui.panes[ui.focus], ...change } },
})

export const setTop = (ui: Ui, screen: Screen): Ui => {
  const [home, ...rest] = ui.screens
  return { ...ui, screens: rest.length === 0 ? [screen] : [home, ...rest.slice(0, -1), screen] }
}

export const push = (ui: Ui, screen: Screen): Ui => ({
  ...ui,
  screens: [...ui.screens, screen],
  prompt: null,
})

/** The plan, or the form, may have been left, or lie below another screen by now. */
export function onScreen<K extends Screen['kind']>(
  ui: Ui,
  kind: K,
  change: (screen: Extract<Screen, { kind: K }>) => Screen | null,
): Ui {
  const [home, ...rest] = ui.screens
  const screens = rest.flatMap(screen =>
    screen.kind === kind ? (change(screen as Extract<Screen, { kind: K }>) ?? []) : screen,
  )
  return { ...ui, screens: [home, ...screens] }
}
