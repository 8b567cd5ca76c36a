/** Launches, stops and resumes lanes: one act at a time, each judged first, journaled, looked at after. */
import PQueue from 'p-queue'
import type { Planned } from '../../state/dispatch.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import { dispatchItem } from './dispatch-item.ts'
import { openLaneIntents } from './lane-journal.ts'
import { launchLane } from './lane-launch.ts'
import { reconcileLanes } from './lane-reconcile.ts'
import { resumeLane } from './lane-resume.ts'
import { stopLane, targetOf } from './lane-stop.ts'
import type { LaneDeps } from './lane-survey.ts'

export interface LaneActsDeps extends LaneDeps {
  /** Why the host cannot be asked now; null when it can. */
  barrier(): Promise<string | null>
}

export interface LaneActs {
  launch(wish: HubParams<'lane.launch'>): Promise<LaneActed>
  /** Gives an item its lane. */
  dispatch(planned: Planned, author: string): Promise<LaneActed>
  target(asked: HubParams<'lane.target'>): Promise<HubResult<'lane.target'>>
  stop(asked: HubParams<'lane.stop'>): Promise<LaneActed>
  resume(asked: HubParams<'lane.resume'>): Promise<LaneActed>
  /** Tells that the host can be asked: what was cut off is looked into. */
  hostIsThere(): void
  /** Acts under way or waiting. */
  readonly pending: number
}

export function newLaneActs(deps: LaneActsDeps): LaneActs {
  const turns = new PQueue({ concurrency: 1 })
  /** The last hub, or an act of this one, may have left something open. */
  let mayBeOpen = true

  const settle = async () => {
    if (!mayBeOpen) return
    await reconcileLanes(deps)
    mayBeOpen = false
  }

  /** Runs an act in its turn. A link that falls on the way leaves its intent to be looked into. */
  const inTurn = (act: () => Promise<LaneActed>): Promise<LaneActed> =>
    turns.add(async () => {
      const barrier = await deps.barrier()
      if (barrier !== null) return { kind: 'unreachable', message: barrier }
      try {
        await settle()
        return await act()
      } catch (error) {
        mayBeOpen = true
        if (!(error instanceof RpcFault)) throw error
        const isBegun = openLaneIntents(deps.journal).length > 0
        return { kind: isBegun ? 'unknown' : 'unreachable', message: error.message }
      }
    })

  return {
    launch: wish => inTurn(() => launchLane(deps, wish)),
    dispatch: (planned, author) => inTurn(() => dispatchItem(deps, planned, author)),
    resume: asked => inTurn(() => resumeLane(deps, asked)),
    stop: asked => inTurn(() => stopLane(deps, asked)),
    target: async ({ lane }) => {
      const barrier = await deps.barrier()
      return barrier === null ? await targetOf(deps, lane) : { kind: 'refused', message: barrier }
    },
    hostIsThere: () => {
      if (!mayBeOpen || turns.size + turns.pending > 0) return
      // The next time will do, if the link falls again meanwhile.
      turns.add(settle).catch(() => undefined)
    },
    get pending() {
      return turns.size + turns.pending
    },
  }
}
