/**
 * Reads the end of the journal while its pane is on the screen, and what is written from then on.
 * Nothing is asked or held while it is not.
 */
import type { JournalRow } from '../../state/journal-entry.ts'
import type { ConsoleState, ConsoleStore } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import { NO_TAIL, TAIL_ENTRIES, type TailEntry, tailEntry } from '../../state/ui/journal-tail.ts'
import type { HubClient } from '../rpc/client-api.ts'
import type { Clock } from './clock.ts'
import { FEED_INTERVAL_MS } from './feed.ts'
import { paced } from './paced.ts'

/** Entries asked for at once: the largest that there may be still pass the socket. */
const PAGE = 40

export interface JournalReader {
  stop(): void
}

const isShown = ({ ui }: ConsoleState): boolean => ui.focus === 'journal'

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The last entries, oldest first. From here on the hub tells of new ones. */
async function readTail(hub: HubClient): Promise<readonly TailEntry[]> {
  let { rows } = await hub.request('journal.follow', { limit: PAGE })
  let tail = rows.map(tailEntry)
  while (rows.length === PAGE && tail.length < TAIL_ENTRIES) {
    const beforeSeq = rows[0]?.seq ?? 0
    rows = (await hub.request('journal.list', { beforeSeq, limit: PAGE })).rows
    tail = [...rows.map(tailEntry), ...tail]
  }
  return tail.slice(-TAIL_ENTRIES)
}

export function createJournalReader(
  store: ConsoleStore,
  client: () => HubClient | null,
  act: (action: UiAction) => void,
  clock: Clock,
): JournalReader {
  /** The hub that tells of new entries; null while none is asked to. */
  let followed: { readonly hub: HubClient; leave(): void } | null = null

  function follow(hub: HubClient): void {
    let waiting: TailEntry[] = []
    let isRead = false
    const feed = paced(clock, FEED_INTERVAL_MS, () => {
      act({ type: 'journal-new', entries: waiting })
      waiting = []
    })
    const heard = ({ row }: { row: JournalRow }): void => {
      waiting.push(tailEntry(row))
      if (waiting.length > TAIL_ENTRIES) waiting.shift()
      if (isRead) feed.ask()
    }
    const unlisten = hub.on('journal', heard)
    const mine = {
      hub,
      leave: () => {
        unlisten()
        feed.stop()
      },
    }
    followed = mine
    readTail(hub).then(
      entries => {
        if (followed !== mine) return
        act({ type: 'journal', tail: { entries, fault: null } })
        isRead = true
        if (waiting.length > 0) feed.ask()
      },
      (error: unknown) => {
        if (followed !== mine || client() !== hub) return
        act({ type: 'journal', tail: { entries: null, fault: said(error) } })
      },
    )
  }

  function look(state: ConsoleState): void {
    const shown = isShown(state)
    const hub = shown ? client() : null
    const left = followed
    if (hub !== (left?.hub ?? null)) {
      followed = null
      left?.leave()
      // A hub that is gone, or older than this request, tells nobody who still listens.
      if (!shown) left?.hub.request('journal.unfollow', {}).catch(() => undefined)
      if (hub !== null) follow(hub)
    }
    if (!shown && state.ui.journal !== NO_TAIL) act({ type: 'journal', tail: null })
  }

  const unsubscribe = store.subscribe(look)
  look(store.getState())
  return {
    stop() {
      unsubscribe()
      followed?.leave()
      followed = null
    },
  }
}
