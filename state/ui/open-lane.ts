/** The lane whose detail is open: which part of it is shown, and the text that is scrolled there. */
import { type LogView, NO_LOG } from './log-view.ts'
import { SECTIONS, type Section } from './section.ts'
import type { Screen, Ui } from './ui.ts'

type LaneDetail = Extract<Screen, { kind: 'detail' }>

const isLane = (screen: Screen): screen is LaneDetail =>
  screen.kind === 'detail' && screen.subject.kind === 'lanes'

/** The lane that is open, also below another screen, and which part of it; null when none is. */
export function openLane(ui: Ui): { readonly lane: string; readonly section: Section } | null {
  const found = ui.screens.findLast(isLane)
  return found === undefined ? null : { lane: found.subject.id, section: found.section }
}

/** The text that is scrolled and searched: a log is followed, the other parts begin at their top. */
export const textOf = (ui: Ui): LogView => (isLog(ui) ? ui.log : ui.page)

export const withText = (ui: Ui, text: LogView): Ui =>
  isLog(ui) ? { ...ui, log: text } : { ...ui, page: text }

const isLog = (ui: Ui): boolean => (openLane(ui)?.section ?? 'log') === 'log'

/** Nothing read yet. */
export const newPage = (lane: string): LogView => ({ ...NO_LOG, lane, top: 0 })

/** Another part of the lane whose detail is on top; null when none is. */
export function toSection(ui: Ui, section: Section): Ui | null {
  const [home, ...rest] = ui.screens
  const top = rest.at(-1)
  if (top === undefined || !isLane(top)) return null
  const screen: LaneDetail = { ...top, section, whole: false, top: 0 }
  return {
    ...ui,
    screens: [home, ...rest.slice(0, -1), screen],
    page: newPage(top.subject.id),
    prompt: null,
  }
}

export function sectionBy(ui: Ui, by: 1 | -1): Ui | null {
  const at = SECTIONS.indexOf(openLane(ui)?.section ?? 'log') + by + SECTIONS.length
  return toSection(ui, SECTIONS[at % SECTIONS.length] ?? 'log')
}
