/** Looks into a lane for a client: what the host holds of it, and what the journal says. */

import type { LaneTimeline, TimelineEntry } from '../../state/look.ts'
import { withoutSecrets } from '../../state/printable.ts'
import { findLane, type KnownLane } from '../policy/lane-target.ts'
import type { HUB_LOOK_METHODS } from '../rpc/look-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { Implementation } from '../rpc/serve.ts'
import type { HubParts } from './hub-parts.ts'
import { knownLanes } from './known-lanes.ts'

/** Entries of the journal about one lane: the newest are told. */
const MOST_ENTRIES = 200

export function laneLook({
  facts,
  journal,
  probe,
}: Pick<HubParts, 'facts' | 'journal' | 'probe'>): Implementation<typeof HUB_LOOK_METHODS> {
  const laneOf = (asked: string): KnownLane => {
    const found = findLane(knownLanes(facts), asked)
    if (found.kind === 'refused') throw new RpcFault(found.message)
    return found.target
  }

  /** Acts name a lane as whoever asked did: by name, key or thread. */
  const entriesOf = ({ key, value }: KnownLane): TimelineEntry[] => {
    const names = new Set([value.name, key, ...(value.threadId === null ? [] : [value.threadId])])
    return [...names]
      .flatMap(subject => journal.list({ subject, limit: MOST_ENTRIES }))
      .map(({ at, seq, author, kind, text }) => ({ at, seq, who: `${kind} by ${author}`, text }))
  }

  return {
    'lane.brief': async ({ lane }) => {
      const { log } = laneOf(lane).value
      return withoutSecrets(await probe.request('look.brief', { log }))
    },
    'lane.diff': async ({ lane, max }) => {
      const { cwd, log } = laneOf(lane).value
      return withoutSecrets(await probe.request('look.diff', { cwd, log, max }))
    },
    'lane.timeline': async ({ lane }) => {
      const known = laneOf(lane)
      const { log, rollout: session, engine } = known.value
      const asked = probe.request('look.turns', { log, session })
      const read = await asked.catch((error: unknown) => (error as Error).message)
      const turns = typeof read === 'string' ? [] : read.turns
      const told = turns.map(({ at, text }) => ({ at, seq: null, who: engine, text }))
      return withoutSecrets({
        entries: inTime([...entriesOf(known), ...told]),
        cut: typeof read === 'string' ? null : read.cut,
        fault: typeof read === 'string' ? read : null,
      })
    },
  }
}

/** In the order of time; what has none keeps its own order, at the end. */
const inTime = (entries: readonly TimelineEntry[]): LaneTimeline['entries'] =>
  entries.toSorted(
    (a, b) => (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY) || 0,
  )
