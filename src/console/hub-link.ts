/** Keeps a hub: subscribes, and connects again when it goes. What is shown meanwhile is stale. */
import type { Fact } from '../../state/facts.ts'
import type { HubClient } from '../rpc/client-api.ts'
import type { Clock } from './clock.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

export interface HubLinkEvents {
  facts(extent: 'all' | 'some', facts: readonly Fact[]): void
  lost(): void
  found(): void
}

export interface HubLink {
  /** The hub, or null while there is none. */
  client(): HubClient | null
  stop(): void
}

/** `connect` rejects while there is no hub to be had. */
export function holdHub(
  first: HubClient,
  connect: () => Promise<HubClient>,
  clock: Clock,
  events: HubLinkEvents,
): HubLink {
  let current: HubClient | null = null
  let stopped = false
  let cancel: (() => void) | null = null

  async function attach(client: HubClient): Promise<void> {
    current = client
    void client.closed.then(() => lose(client))
    client.on('facts', ({ extent, facts }) => {
      if (current === client) events.facts(extent, facts)
    })
    await client.request('subscribe', {})
    if (!stopped && current === client) events.found()
  }

  function lose(client: HubClient): void {
    if (stopped || current !== client) return
    current = null
    events.lost()
    retry(FIRST_WAIT_MS)
  }

  function retry(wait: number): void {
    cancel = clock.after(wait, () => {
      void connect()
        .then(client => (stopped ? client.close() : attach(client)))
        .catch(() => {
          // The screen says since when there is no hub; the next attempt is what helps.
          if (!stopped && current === null) retry(Math.min(LONGEST_WAIT_MS, wait * 2))
        })
    })
  }

  void attach(first).catch(() => first.close())

  return {
    client: () => current,
    stop() {
      stopped = true
      cancel?.()
      current?.close()
    },
  }
}
