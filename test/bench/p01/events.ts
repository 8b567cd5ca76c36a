/** How soon what happens on the host is seen here: told, or asked for. */
import { setTimeout as delay } from 'node:timers/promises'
import type { SocketClient } from '../../../src/rpc/client.ts'
import type { Defer } from '../parts/defer.ts'
import { appendEvent, type LaneLogs, laneKey } from '../parts/lane-logs.ts'
import { type Summary, summarize } from '../parts/measure.ts'
import type { Mux } from '../parts/mux.ts'
import type { Link } from './links.ts'

const POLL_MS = 1_000
/** Not in step with the poll, so that every phase of it is met alike. */
const PAUSE_MS = { least: 600, step: 370, steps: 5 }

/** Resolves with the instant at which somebody saw the command. */
interface Watcher {
  saw(command: string): Promise<number>
}

export interface Seen {
  readonly told: Summary
  readonly polled: Summary
}

export async function eventLatency(
  { client, mux }: Link,
  logs: LaneLogs,
  lane: number,
  events: number,
  defer: Defer,
): Promise<Seen> {
  const watchers = {
    told: await hearFacts(client, lane, defer),
    polled: poll(mux, logs.path(lane), defer),
  }
  const told: number[] = []
  const polled: number[] = []
  for (let count = 0; count < events; count += 1) {
    await delay(PAUSE_MS.least + (count % PAUSE_MS.steps) * PAUSE_MS.step)
    const command = `make event-${lane}-${count}`
    const heard = watchers.told.saw(command)
    const asked = watchers.polled.saw(command)
    const began = performance.now()
    // Even counts begin a command: each event is a new one.
    appendEvent(logs, lane, 2 * count, command)
    told.push((await heard) - began)
    polled.push((await asked) - began)
  }
  return { told: summarize(told), polled: summarize(polled) }
}

async function hearFacts(client: SocketClient, lane: number, defer: Defer): Promise<Watcher> {
  const sightings = newSightings()
  defer(
    client.on('facts', ({ facts }) => {
      for (const fact of facts) {
        if (fact.kind !== 'lane' || fact.key !== laneKey(lane)) continue
        sightings.seen(fact.value?.currentCommand ?? '')
      }
    }),
  )
  await client.request('subscribe', { kinds: ['lane'] })
  return sightings
}

function poll(mux: Mux, path: string, defer: Defer): Watcher {
  const sightings = newSightings()
  const look = async () => {
    const line = await mux.run(`tail -n1 '${path}'`)
    sightings.seen(/make event-[\d-]+/.exec(line)?.[0] ?? '')
  }
  const timer = setInterval(() => void look(), POLL_MS)
  defer(() => clearInterval(timer))
  return sightings
}

function newSightings(): Watcher & { seen(command: string): void } {
  const awaited = new Map<string, (at: number) => void>()
  return {
    saw: command => {
      const { promise, resolve } = Promise.withResolvers<number>()
      awaited.set(command, resolve)
      return promise
    },
    seen: command => {
      awaited.get(command)?.(performance.now())
      awaited.delete(command)
    },
  }
}
