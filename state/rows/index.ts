/** The public rows of every pane, in the order in which the pane shows them. */
import type { Instant } from '../facts.ts'
import type { FactPane } from '../panes.ts'
import { paneRows } from '../select/rows.ts'
import type { AnySeen, World } from '../world.ts'
import { BoxesEnvelope, type BoxesRow, boxesRow, imagesRow } from './boxes.ts'
import { iso, staleness } from './envelope.ts'
import { HealsEnvelope, type HealsRow, healsRow } from './heals.ts'
import { HostEnvelope, type HostRow, hostRow } from './host.ts'
import { type LaneRow, LanesEnvelope, laneRow } from './lanes.ts'
import { PkmEnvelope, type PkmRow, pkmRow } from './pkm.ts'
import { QueueEnvelope, type QueueRow, queueRow } from './queue.ts'

/** The schema that each pane's `--json` fulfils. */
export const ENVELOPES = {
  lanes: LanesEnvelope,
  queue: QueueEnvelope,
  heals: HealsEnvelope,
  pkm: PkmEnvelope,
  host: HostEnvelope,
  boxes: BoxesEnvelope,
} as const

export type Row = LaneRow | QueueRow | HealsRow | PkmRow | HostRow | BoxesRow

export interface Envelope {
  readonly schema: `dockmaster.${FactPane}/1`
  readonly profile: string
  readonly host: string
  readonly at: string
  readonly stale: { readonly since: string; readonly reason: string } | null
  readonly rows: readonly Row[]
}

function rowOf(world: World, seen: AnySeen): Row | null {
  switch (seen.kind) {
    case 'lane':
      return laneRow(world, seen)
    case 'pr':
      return queueRow(world, seen)
    case 'job':
      return healsRow(world, seen)
    case 'transcripts':
      return pkmRow(world, seen)
    case 'box':
      return boxesRow(world, seen)
    case 'image':
      return imagesRow(world, seen)
    case 'host':
      return hostRow(world, seen)
    default:
      return null
  }
}

const ALL = { filter: '', sort: 'attention' } as const

/** The rows of a pane as `--json` prints them. */
export function jsonRows(world: World, pane: FactPane): readonly Row[] {
  const seen =
    pane === 'host' ? [...world.host.values()] : paneRows(world, pane, ALL).map(row => row.seen)
  return seen.flatMap(each => rowOf(world, each) ?? [])
}

/** What `dockmaster <pane> --json` prints. `host` is what the operator named. */
export const envelope = (
  world: World,
  pane: FactPane,
  about: { readonly profile: string; readonly host: string; readonly now: Instant },
): Envelope => ({
  schema: `dockmaster.${pane}/1`,
  profile: about.profile,
  host: about.host,
  at: iso(about.now),
  stale: staleness(world, pane),
  rows: jsonRows(world, pane),
})
