/** The contract of a runner: how a run is made, let go, looked at and ended on the host. */
import type { Identity, RunnerKind, RunnerSpec, RunSeen } from '../../rpc/lane-api.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'

/** All that a run needs to be made. */
export type Run = ProbeParams<'lane.hold'>

/** Where a run can be looked for, whatever became of it. */
export interface Place {
  logs: string
  stem: string
  runner: RunnerSpec
  /** Of its hold; none for a run of the first version, or one that is known to be there. */
  ticket?: string | null | undefined
}

/** As the probe is told it. */
export const whichOf = ({ logs, stem, ticket = null }: Place) => ({ logs, stem, ticket })

/** Each throws RpcFault when the link or the probe falls: what came of it is then unknown. */
export interface Runner {
  /** Makes the worktree and what will run, which waits before its prompt. */
  hold(run: Run): Promise<ProbeResult<'lane.hold'>>
  /** Sends the prompt once, and looks until the run says something or ends. */
  release(place: Place): Promise<RunSeen>
  look(place: Place): Promise<RunSeen>
  /**
   * Takes a run away that did nothing, with its worktree; any other is only looked at. Without a
   * record `state` tells how it stood: `absent` never begins, `unsent` did not, `ended` may have.
   */
  discard(place: Place): Promise<RunSeen>
  /**
   * Ends that very process and all that it started: INT, then TERM, then KILL. `place` is null
   * for a process that we did not launch.
   */
  end(identity: Identity, place: Place | null): Promise<ProbeResult<'lane.end'>>
}

export type Runners = Readonly<Record<RunnerKind, Runner>>
