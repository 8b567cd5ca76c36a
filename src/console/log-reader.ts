/**
 * Reads the log of the lane that is open: a window when it is opened, and the rest each time the
 * lane's fact changes. Nothing is asked while no log is on the screen.
 */
import type { ConsoleState, ConsoleStore } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import { openPage } from '../../state/ui/open-page.ts'
import type { AnySeen } from '../../state/world.ts'
import type { HubClient } from '../rpc/client-api.ts'

/** Bytes asked for at once. */
export const LOG_WINDOW = 262_144

interface Asked {
  readonly lane: string
  readonly seen: AnySeen | undefined
}

export interface LogReader {
  stop(): void
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function createLogReader(
  store: ConsoleStore,
  client: () => HubClient | null,
  act: (action: UiAction) => void,
): LogReader {
  let asked: Asked | null = null
  let reading = false

  /** Reads on until the end of the log, or until another one is open. */
  async function read(hub: HubClient, lane: string): Promise<void> {
    for (;;) {
      const { log } = store.getState().ui
      if (log.lane !== lane) return
      const part = await hub.request('log', { lane, from: log.to, max: LOG_WINDOW })
      const shrunk = log.to !== null && part.size < log.to
      const fresh = shrunk ? await hub.request('log', { lane, from: null, max: LOG_WINDOW }) : part
      const moved = shrunk || log.to === null || fresh.to > log.to
      if (moved) act({ type: 'log-part', lane, part: fresh })
      // Whole lines only: an unfinished last line is not a reason to ask again.
      if (!moved || fresh.to >= fresh.size || fresh.lines.length === 0) return
    }
  }

  function look(state: ConsoleState): void {
    const { lane } = state.ui.log
    // Another part of the lane stands in its place: what it grows by is read when it is back.
    if (lane !== null && openPage(state.ui)?.section !== 'log') return
    if (lane === null) {
      asked = null
      return
    }
    const seen = state.world.lane.get(lane)
    if (reading || (asked?.lane === lane && asked.seen === seen)) return
    const hub = client()
    if (hub === null) return
    asked = { lane, seen }
    reading = true
    void read(hub, lane)
      .catch((error: unknown) => act({ type: 'log-fault', lane, fault: said(error) }))
      .finally(() => {
        reading = false
        look(store.getState())
      })
  }

  const unsubscribe = store.subscribe(look)
  return { stop: unsubscribe }
}
