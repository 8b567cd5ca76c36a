/** What acts on lanes are given: each kind needs what the one before it needs, and more. */
import type { LaunchConfig } from '../../state/config.ts'
import type { Journal } from '../../state/journal/journal.ts'
import type { ModelRules } from '../../state/model-rule.ts'
import type { PauseFact } from '../../state/rule-facts.ts'
import type { KnownLane } from '../policy/lane-target.ts'
import type { AccountLimits } from './account-limits.ts'
import type { BoxDesk } from './box-desk.ts'
import type { ProbeSession } from './probe-session.ts'
import type { Runners } from './runners/runner.ts'

export interface RunDeps {
  journal: Journal
  runners: Runners
  now(): number
}

export interface ReconcileDeps extends RunDeps {
  ask: ProbeSession['request']
}

export interface LaneDeps extends ReconcileDeps {
  boxes: Pick<BoxDesk, 'choose'>
  profile: string
  launch: LaunchConfig
  models: ModelRules
  lanes(): KnownLane[]
  /** Whose limits a lane of that name spends. */
  accountOf: AccountLimits['accountOf']
  /** What is paused now. */
  pauses(): readonly PauseFact[]
  /** What of the canon was edited since its lock. Throws RpcFault. */
  unlocked(): Promise<string[]>
}
