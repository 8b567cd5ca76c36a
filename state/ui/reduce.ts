/** How an action changes what the operator sees. Pure. */
import { HOME_PANES, isHomePane, type PaneId } from '../panes.ts'
import { SORTS } from '../select/rows.ts'
import type { Extent, UiAction } from './action.ts'
import { grown, NO_TAIL, type TailEntry } from './journal-tail.ts'
import { NEW_LAUNCH, withNextEngine } from './launch-form.ts'
import { append, findNext, firstLine, follow, NO_LOG, replaced, scrollTo } from './log-view.ts'
import { moved, type Steps } from './move.ts'
import { newPage, openPage, sectionBy, textOf, toSection, withText } from './open-page.ts'
import { NEW_PLAN, type PlanAction, planAfter } from './plan.ts'
import { onScreen, push, setPane, setTop } from './screens.ts'
import { accept, cancel, prompt, write } from './typing.ts'
import { cursorIndex, type Subject, screenOf, type Ui, windowTop } from './ui.ts'

function moveCursor(ui: Ui, steps: Steps, { ids, height }: Extent): Ui {
  const pane = ui.panes[ui.focus]
  const before = cursorIndex(pane, ids)
  const index = moved(before, steps, height, ids.length)
  const shown = windowTop(pane.top, before, height, ids.length)
  const top = windowTop(shown, index, height, ids.length)
  const rests = pane.rest === 'last' && index === ids.length - 1
  return setPane(ui, { cursor: rests ? null : (ids[index] ?? null), index, top })
}

function moveLog(ui: Ui, steps: Steps, height: number): Ui {
  const log = textOf(ui)
  if (steps === 'last') return withText(ui, follow(log))
  const first = firstLine(log, height) - log.dropped
  const to = log.dropped + moved(first, steps, height, Math.max(1, log.lines.length))
  return withText(ui, scrollTo(log, to, height))
}

function move(ui: Ui, steps: Steps, extent: Extent): Ui {
  const screen = screenOf(ui)
  const { height, many } = extent
  if (screen.kind === 'home') return moveCursor(ui, steps, extent)
  if (screen.kind === 'trust') return ui
  if ('index' in screen) {
    return setTop(ui, { ...screen, index: moved(screen.index, steps, height, many) })
  }
  if (screen.kind === 'detail' && !screen.whole) return moveLog(ui, steps, height)
  const last = Math.max(1, many - height + 1)
  return setTop(ui, { ...screen, top: moved(screen.top, steps, height, last) })
}

function back(ui: Ui): Ui {
  const [home, ...rest] = ui.screens
  if (rest.length > 0) {
    const left = screenOf(ui)
    const screens: Ui['screens'] = [home, ...rest.slice(0, -1)]
    const text = left.kind === 'detail' ? { log: NO_LOG, page: NO_LOG } : {}
    return { ...ui, ...text, screens, prompt: null }
  }
  const pane = ui.panes[ui.focus]
  if (pane.filter !== '') return setPane(ui, { filter: '' })
  if (pane.marked.size > 0) return setPane(ui, { marked: new Set() })
  if (ui.only !== null) return ui
  if (!isHomePane(ui.focus)) return { ...ui, focus: ui.home }
  return ui.zoom ? { ...ui, zoom: false } : ui
}

/** One pane over the whole screen, and back; what lies over the home screen goes. */
function zoom(ui: Ui): Ui {
  if (ui.only !== null) return ui
  return isHomePane(ui.focus) ? { ...ui, zoom: !ui.zoom } : { ...ui, focus: ui.home }
}

function focus(ui: Ui, pane: PaneId): Ui {
  if (ui.only !== null) return ui
  return { ...ui, focus: pane, home: isHomePane(pane) ? pane : ui.home }
}

function focusBy(ui: Ui, by: 1 | -1): Ui {
  const at = HOME_PANES.indexOf(ui.home) + by + HOME_PANES.length
  return focus(ui, HOME_PANES[at % HOME_PANES.length] ?? ui.home)
}

function toggled(marked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(marked)
  if (!next.delete(id)) next.add(id)
  return next
}

function open(ui: Ui, subject: Subject): Ui {
  const lane = subject.kind === 'lanes' ? subject.id : null
  const section = subject.kind === 'queue' ? 'timeline' : 'log'
  return {
    ...push(ui, { kind: 'detail', subject, top: 0, whole: lane === null, section }),
    log: { ...NO_LOG, lane },
    page: subject.kind === 'queue' ? newPage(subject.id) : NO_LOG,
  }
}

/** Facts over the whole screen, or facts and log. What has no log stays whole. */
function toggleWhole(ui: Ui): Ui {
  const screen = screenOf(ui)
  return screen.kind === 'detail' && openPage(ui) !== null
    ? setTop(ui, { ...screen, whole: !screen.whole, top: 0 })
    : ui
}

/** What the tail grows by; the window stays on its rows when old ones fall away above it. */
function journalNew(ui: Ui, entries: readonly TailEntry[]): Ui {
  const journal = grown(ui.journal, entries)
  const first = journal.entries?.[0]?.seq ?? 0
  const gone = ui.journal.entries?.filter(({ seq }) => seq < first).length ?? 0
  const pane = ui.panes.journal
  const top = Math.max(0, pane.top - gone)
  const index = Math.max(0, pane.index - gone)
  return { ...ui, journal, panes: { ...ui.panes, journal: { ...pane, top, index } } }
}

/** What was open, or its part, may have been left by now. */
function turnPage(ui: Ui, action: Extract<UiAction, { type: 'page' }>): Ui {
  const shown = openPage(ui)
  if (shown?.id !== action.id || shown.section !== action.section) return ui
  if ('fault' in action) return { ...ui, page: { ...ui.page, fault: action.fault } }
  return { ...ui, page: replaced(ui.page, action.lines) }
}

const onPlan = (ui: Ui, action: PlanAction): Ui =>
  onScreen(ui, 'plan', screen => planAfter(screen, action))

type Handlers = {
  readonly [T in UiAction['type']]: (
    ui: Ui,
    action: Extract<UiAction, { type: T }>,
    extent: Extent,
  ) => Ui
}

const HANDLERS: Handlers = {
  move: (ui, { steps }, extent) => move(ui, steps, extent),
  focus: (ui, { pane }) => focus(ui, pane),
  'focus-by': (ui, { by }) => focusBy(ui, by),
  zoom,
  open: (ui, { subject }) => open(ui, subject),
  whole: toggleWhole,
  help: ui => push(ui, { kind: 'help', top: 0 }),
  palette: ui => push(ui, { kind: 'palette', query: '', index: 0 }),
  'ask-answer': (ui, { decision }) => push(ui, { kind: 'answer', decision, index: 0 }),
  'ask-pause': (ui, { targets }) => push(ui, { kind: 'pause', targets, index: 0, query: '' }),
  'ask-trust': (ui, { keyType, fingerprint }) => push(ui, { kind: 'trust', keyType, fingerprint }),
  confirm: (ui, { confirm }) => push(ui, { kind: 'confirm', confirm, top: 0 }),
  plan: (ui, action) => (screenOf(ui).kind === 'plan' ? onPlan(ui, action) : push(ui, NEW_PLAN)),
  'plan-answer': onPlan,
  dispatching: onPlan,
  dispatched: onPlan,
  'dispatch-ended': onPlan,
  launch: ui => push(ui, NEW_LAUNCH),
  'launch-engine': ui => onScreen(ui, 'launch', withNextEngine),
  'launch-came': (ui, { problems }) =>
    onScreen(ui, 'launch', screen => problems && { ...screen, problems }),
  back,
  mark: (ui, { id }, extent) =>
    move(setPane(ui, { marked: toggled(ui.panes[ui.focus].marked, id) }), 1, extent),
  sort: ui => {
    const at = SORTS.indexOf(ui.panes[ui.focus].sort)
    return setPane(ui, { sort: SORTS[(at + 1) % SORTS.length] ?? 'attention' })
  },
  prompt: (ui, { kind }) => prompt(ui, kind),
  write: (ui, { text }, extent) => write(ui, text, extent),
  accept,
  cancel: (ui, _, extent) => cancel(ui, extent),
  find: (ui, { by }, extent) => withText(ui, findNext(textOf(ui), by, extent.height)),
  shift: (ui, { by }) => {
    const text = textOf(ui)
    return withText(ui, { ...text, shift: Math.max(0, text.shift + by) })
  },
  section: (ui, { section }) => toSection(ui, section) ?? ui,
  'section-by': (ui, { by }) => sectionBy(ui, by) ?? ui,
  page: turnPage,
  pending: (ui, { keys }) =>
    ui.pending.length === 0 && keys.length === 0 ? ui : { ...ui, pending: keys },
  notice: (ui, { text }) => (ui.notice === text ? ui : { ...ui, notice: text }),
  'log-part': (ui, { lane, part }) =>
    ui.log.lane === lane ? { ...ui, log: append(ui.log, part) } : ui,
  'log-fault': (ui, { lane, fault }) =>
    ui.log.lane === lane ? { ...ui, log: { ...ui.log, fault } } : ui,
  journal: (ui, { tail }) => ({ ...ui, journal: tail ?? NO_TAIL }),
  'journal-new': (ui, { entries }) => journalNew(ui, entries),
}

export function uiReduce(ui: Ui, action: UiAction, extent: Extent): Ui {
  const handle = HANDLERS[action.type] as (ui: Ui, action: UiAction, extent: Extent) => Ui
  return handle(ui, action, extent)
}
