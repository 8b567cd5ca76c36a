/** What has parts and is open: which part of it is shown, and the text that is scrolled there. */
import { type LogView, NO_LOG } from './log-view.ts'
import { type Parted, SECTIONS_OF, type Section } from './section.ts'
import type { Screen, Ui } from './ui.ts'

type Detail = Extract<Screen, { kind: 'detail' }>
type PartedDetail = Detail & { readonly subject: { readonly kind: Parted; readonly id: string } }

const isParted = (screen: Screen): screen is PartedDetail =>
  screen.kind === 'detail' && screen.subject.kind in SECTIONS_OF

export interface OpenPage {
  readonly of: Parted
  readonly id: string
  readonly section: Section
}

/** What is open, also below another screen; null when nothing that has parts is. */
export function openPage(ui: Ui): OpenPage | null {
  const found = ui.screens.findLast(isParted)
  if (found === undefined) return null
  const { kind: of, id } = found.subject
  return { of, id, section: found.section }
}

/** The text that is scrolled and searched: a log is followed, the other parts begin at their top. */
export const textOf = (ui: Ui): LogView => (isLog(ui) ? ui.log : ui.page)

export const withText = (ui: Ui, text: LogView): Ui =>
  isLog(ui) ? { ...ui, log: text } : { ...ui, page: text }

const isLog = (ui: Ui): boolean => (openPage(ui)?.section ?? 'log') === 'log'

/** Nothing read yet. */
export const newPage = (id: string): LogView => ({ ...NO_LOG, lane: id, top: 0 })

/** Another part of what is open on top; null when it has none such. */
export function toSection(ui: Ui, section: Section): Ui | null {
  const [home, ...rest] = ui.screens
  const top = rest.at(-1)
  if (top === undefined || !isParted(top)) return null
  if (!SECTIONS_OF[top.subject.kind].includes(section)) return null
  const screen: PartedDetail = { ...top, section, whole: false, top: 0 }
  return {
    ...ui,
    screens: [home, ...rest.slice(0, -1), screen],
    page: newPage(top.subject.id),
    prompt: null,
  }
}

export function sectionBy(ui: Ui, by: 1 | -1): Ui | null {
  const open = openPage(ui)
  if (open === null) return null
  const sections = SECTIONS_OF[open.of]
  const at = sections.indexOf(open.section) + by + sections.length
  return toSection(ui, sections[at % sections.length] ?? open.section)
}
