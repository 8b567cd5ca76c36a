/** Launches, stops and resumes lanes: one act at a time, each judged first, journaled, looked at after. */
import PQueue from 'p-queue'
import type { RestoreAct } from '../../state/act.ts'
import type { Answerer } from '../../state/answerer.ts'
import type { Planned } from '../../state/dispatch.ts'
import type { JournalRow } from '../../state/journal-entry.ts'
import type { Done } from '../rpc/act-api.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { LaneActed } from '../rpc/lane-api.ts'
import { RpcFault, RpcGone } from '../rpc/peer.ts'
import { dispatchItem } from './dispatch-item.ts'
import type { LaneDeps } from './lane-deps.ts'
import { discardLane, restoreLane } from './lane-discard.ts'
import { openLaneIntents } from './lane-journal.ts'
import { launchLane } from './lane-launch.ts'
import { reconcileLanes } from './lane-reconcile.ts'
import { resumeLane } from './lane-resume.ts'
import { stopLane, targetOf } from './lane-stop.ts'

export interface LaneActsDeps extends LaneDeps {
  /** Why the host cannot be asked now; null when it can. */
  barrier(): Promise<string | null>
}

type Cause = JournalRow['data']

/** Why nothing came of it, or nobody knows what. */
export type Unreached = { kind: 'unknown' | 'unreachable'; message: string }

export interface LaneActs {
  launch(wish: HubParams<'lane.launch'>): Promise<LaneActed>
  /** Gives an item its lane. */
  dispatch(planned: Planned, author: string): Promise<LaneActed>
  target(asked: HubParams<'lane.target'>): Promise<HubResult<'lane.target'>>
  /** `cause` is what its entries say besides. */
  stop(asked: HubParams<'lane.stop'>, cause?: Cause): Promise<LaneActed>
  resume(asked: HubParams<'lane.resume'>, cause?: Cause): Promise<LaneActed>
  discard(asked: HubParams<'lane.discard'>, cause?: Cause): Promise<Done>
  restore(act: RestoreAct, by: Answerer, cause: Cause): Promise<Done>
  /** Carries out what was decided; why that must wait, or null when it is done. */
  settle(): Promise<Unreached | null>
  /** Tells that the host can be asked: what was cut off is looked into. */
  hostIsThere(): void
  /** Another act on the host in their turn, once what was cut off is settled. */
  inTurn<T>(act: () => Promise<T>): Promise<T | Unreached>
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

  /**
   * Runs an act in its turn. A link that falls on the way leaves its intent to be looked into; one
   * that falls before anything was begun is waited for, once.
   */
  const inTurn = <T>(act: () => Promise<T>): Promise<T | Unreached> =>
    turns.add(async () => {
      for (let again = true; ; again = false) {
        const barrier = await deps.barrier()
        if (barrier !== null) return { kind: 'unreachable', message: barrier }
        try {
          await settle()
          return await act()
        } catch (error) {
          mayBeOpen = true
          if (!(error instanceof RpcFault)) throw error
          const isBegun = openLaneIntents(deps.journal).length > 0
          if (again && !isBegun && error instanceof RpcGone) continue
          return { kind: isBegun ? 'unknown' : 'unreachable', message: error.message }
        }
      }
    })

  return {
    launch: wish => inTurn(() => launchLane(deps, wish)),
    dispatch: (planned, author) => inTurn(() => dispatchItem(deps, planned, author)),
    resume: (asked, cause) => inTurn(() => resumeLane(deps, asked, cause)),
    stop: (asked, cause) => inTurn(() => stopLane(deps, asked, cause)),
    discard: (asked, cause) => inTurn(() => discardLane(deps, asked, cause)),
    restore: (act, by, cause) => inTurn(() => restoreLane(deps, act, { by, cause })),
    inTurn,
    settle: () => {
      mayBeOpen = true
      return inTurn(async () => null)
    },
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
