/** What a hub is made of, as its client sessions use it. */

import type { UnattendedAct } from '../../state/answers-config.ts'
import type { HubParams, HubResult, HubStatus } from '../rpc/hub-api.ts'
import type { AccessControl } from './access.ts'
import type { Canon } from './canon.ts'
import type { Dispatcher } from './dispatch.ts'
import type { Backends } from './dock/backends.ts'
import type { Priorities } from './dock/priorities.ts'
import type { PullActs } from './dock/pull-acts.ts'
import type { HubBase } from './hub-base.ts'
import type { LaneActs } from './lane-acts.ts'
import type { LaneChecks } from './lane-check.ts'
import type { LaneValidations } from './lane-validate.ts'
import type { Leftovers } from './leftovers/leftovers.ts'
import type { Link } from './link.ts'
import type { Pauses } from './pauses.ts'
import type { ProbeSession } from './probe-session.ts'
import type { Runs } from './runs.ts'
import type { Terminals } from './terminals.ts'
import type { Undo } from './undo.ts'

export interface HubParts extends HubBase {
  readonly version: string
  readonly profile: string
  readonly configHash: string
  readonly link: Link
  readonly probe: ProbeSession
  readonly runs: Runs
  readonly lanes: LaneActs
  readonly dispatch: Dispatcher
  readonly checks: LaneChecks
  readonly validations: LaneValidations
  readonly pauses: Pauses
  readonly pulls: PullActs
  pullTimeline(asked: HubParams<'pull.timeline'>): HubResult<'pull.timeline'>
  readonly backends: Backends
  readonly leftovers: Leftovers
  readonly priorities: Priorities
  readonly canon: Canon
  readonly access: AccessControl
  readonly undo: Undo
  readonly terminals: Terminals
  /** Acts whose decisions the profile leaves to processes. */
  readonly unattended: readonly UnattendedAct[]
  status(): HubStatus
  /** Resolves when the link has settled and every collector has looked once, or after `ms`. */
  settled(ms: number): Promise<void>
  handover(params: HubParams<'handover'>): Promise<HubResult<'handover'>>
  /** Writes the host key that waits for a yes, when its fingerprint is the one compared. */
  acceptKey(fingerprint: string): Promise<void>
  stop(): void
}
