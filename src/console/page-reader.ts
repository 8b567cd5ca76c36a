/**
 * Reads the part of a lane that is open in its log's place: once when it is opened, and again, not
 * often, when the lane has changed. What needs no asking is made from the facts at once.
 */
import { clean } from '../../state/clean.ts'
import { checkLines, linkLines } from '../../state/select/lane-links.ts'
import { briefLines, diffLines, timelineLines } from '../../state/select/lane-text.ts'
import type { ConsoleState, ConsoleStore } from '../../state/store.ts'
import { openLane } from '../../state/ui/open-lane.ts'
import type { PageText, UiAction } from '../../state/ui/reduce.ts'
import type { Section } from '../../state/ui/section.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { DIFF_SHOWN } from '../rpc/look-api.ts'
import type { Clock } from './clock.ts'

/** Lines kept of one part: of a diff the pager shows all. */
const MOST_LINES = 20_000
/** A lane at work changes all the time: its diff is no reason to keep git busy. */
const READ_AGAIN_MS = 5_000

type Asked = (hub: HubClient, lane: string, state: ConsoleState) => Promise<readonly string[]>

const ASKED: Readonly<Partial<Record<Section, Asked>>> = {
  brief: async (hub, lane, { now }) => briefLines(await hub.request('lane.brief', { lane }), now),
  timeline: async (hub, lane, { now }) =>
    timelineLines(await hub.request('lane.timeline', { lane }), now),
  diff: async (hub, lane) => diffLines(await hub.request('lane.diff', { lane, max: DIFF_SHOWN })),
}

function made({ world, now }: ConsoleState, lane: string, section: Section): readonly string[] {
  const seen = world.lane.get(lane)
  if (seen === undefined) return ['It is no longer there.']
  return section === 'checks' ? checkLines(world, seen, now) : linkLines(world, seen)
}

const bounded = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES), `── ${lines.length - MOST_LINES} more lines are not shown`]

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, index) => line === b[index])

export interface PageReader {
  stop(): void
}

export function createPageReader(
  store: ConsoleStore,
  client: () => HubClient | null,
  act: (action: UiAction) => void,
  clock: Clock,
): PageReader {
  /** What is open, and the fact that it was read by; null while nothing is that needs reading. */
  let reading: {
    lane: string
    section: Section
    seen: unknown
    isBusy: boolean
    at: number
  } | null = null
  let cancel: (() => void) | null = null

  const put = (lane: string, section: Section, text: PageText): void => {
    const { page } = store.getState().ui
    const isNew = 'fault' in text || page.to === null || !same(page.lines, text.lines)
    if (isNew) act({ type: 'page', lane, section, ...text })
  }

  function ask(mine: NonNullable<typeof reading>, how: Asked, state: ConsoleState): void {
    const hub = client()
    if (hub === null) return
    const { lane, section } = mine
    mine.isBusy = true
    mine.seen = state.world.lane.get(lane)
    void how(hub, lane, state)
      .then((lines): PageText => ({ lines: bounded(lines) }))
      .catch((error: unknown): PageText => ({ fault: clean((error as Error).message) }))
      .then(text => {
        mine.isBusy = false
        mine.at = clock.now()
        if (reading !== mine) return
        put(lane, section, text)
        look(store.getState())
      })
  }

  function look(state: ConsoleState): void {
    const open = openLane(state.ui)
    if (open === null || open.section === 'log') {
      reading = null
      cancel?.()
      cancel = null
      return
    }
    const { lane, section } = open
    const how = ASKED[section]
    if (how === undefined) {
      reading = null
      put(lane, section, { lines: made(state, lane, section) })
      return
    }
    // Opened anew, also after another part, or by its key once more: its page is empty.
    const isOther = reading?.lane !== lane || reading.section !== section
    const { to, fault } = state.ui.page
    const isEmpty = to === null && fault === null
    if (reading === null || isOther || (isEmpty && !reading.isBusy)) {
      reading = { lane, section, seen: null, isBusy: false, at: 0 }
      ask(reading, how, state)
      return
    }
    if (reading.isBusy || cancel !== null || reading.seen === state.world.lane.get(lane)) return
    const mine = reading
    cancel = clock.after(Math.max(0, mine.at + READ_AGAIN_MS - clock.now()), () => {
      cancel = null
      if (reading === mine) ask(mine, how, store.getState())
    })
  }

  const unsubscribe = store.subscribe(look)
  return {
    stop() {
      unsubscribe()
      cancel?.()
    },
  }
}
