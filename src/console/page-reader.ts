/**
 * Reads the part that is open of a lane, in its log's place, or of a pull request: once when it is
 * opened, and again, not often, when that has changed. What needs no asking is made from the facts.
 */
import { clean } from '../../state/clean.ts'
import { checkLines, linkLines } from '../../state/select/lane-links.ts'
import { briefLines, diffLines, timelineLines } from '../../state/select/lane-text.ts'
import type { ConsoleState, ConsoleStore } from '../../state/store.ts'
import type { PageText, UiAction } from '../../state/ui/action.ts'
import { type OpenPage, openPage } from '../../state/ui/open-page.ts'
import type { Parted, Section } from '../../state/ui/section.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { DIFF_SHOWN } from '../rpc/look-api.ts'
import type { Clock } from './clock.ts'

/** Lines kept of one part: of a diff the pager shows all. */
const MOST_LINES = 20_000
/** A lane at work changes all the time: its diff is no reason to keep git busy. */
const READ_AGAIN_MS = 5_000

type Asked = (hub: HubClient, id: string, state: ConsoleState) => Promise<readonly string[]>

const ASKED: Readonly<Record<Parted, Readonly<Partial<Record<Section, Asked>>>>> = {
  lanes: {
    brief: async (hub, lane, { now }) => briefLines(await hub.request('lane.brief', { lane }), now),
    timeline: async (hub, lane, { now }) =>
      timelineLines(await hub.request('lane.timeline', { lane }), now),
    diff: async (hub, lane) => diffLines(await hub.request('lane.diff', { lane, max: DIFF_SHOWN })),
  },
  queue: {
    timeline: async (hub, pull, { world, now }) => {
      const seen = world.pr.get(pull)
      if (seen === undefined) return ['It is no longer open.']
      const { repo, number } = seen.value
      return timelineLines(await hub.request('pull.timeline', { repo, number }), now)
    },
  },
}

/** The fact by which a page is read: another one, and it is read again. */
const FACTS: Readonly<Record<Parted, (state: ConsoleState, id: string) => unknown>> = {
  lanes: ({ world }, id) => world.lane.get(id),
  queue: ({ world }, id) => world.dock.get(id),
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
    open: OpenPage
    seen: unknown
    isBusy: boolean
    at: number
  } | null = null
  let cancel: (() => void) | null = null

  const put = ({ id, section }: OpenPage, text: PageText): void => {
    const { page } = store.getState().ui
    const isNew = 'fault' in text || page.to === null || !same(page.lines, text.lines)
    if (isNew) act({ type: 'page', id, section, ...text })
  }

  function ask(mine: NonNullable<typeof reading>, how: Asked, state: ConsoleState): void {
    const hub = client()
    if (hub === null) return
    const { of, id } = mine.open
    mine.isBusy = true
    mine.seen = FACTS[of](state, id)
    void how(hub, id, state)
      .then((lines): PageText => ({ lines: bounded(lines) }))
      .catch((error: unknown): PageText => ({ fault: clean((error as Error).message) }))
      .then(text => {
        mine.isBusy = false
        mine.at = clock.now()
        if (reading !== mine) return
        put(mine.open, text)
        look(store.getState())
      })
  }

  function look(state: ConsoleState): void {
    const open = openPage(state.ui)
    if (open === null || open.section === 'log') {
      reading = null
      cancel?.()
      cancel = null
      return
    }
    const { of, id, section } = open
    const how = ASKED[of][section]
    if (how === undefined) {
      reading = null
      put(open, { lines: made(state, id, section) })
      return
    }
    // Opened anew, also after another part, or by its key once more: its page is empty.
    const isOther = reading?.open.id !== id || reading.open.section !== section
    const { to, fault } = state.ui.page
    const isEmpty = to === null && fault === null
    if (reading === null || isOther || (isEmpty && !reading.isBusy)) {
      reading = { open, seen: null, isBusy: false, at: 0 }
      ask(reading, how, state)
      return
    }
    if (reading.isBusy || cancel !== null || reading.seen === FACTS[of](state, id)) return
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
