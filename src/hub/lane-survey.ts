/** What every act on a lane asks the host first. */
import { createHash } from 'node:crypto'
import type { LaunchConfig } from '../../state/config.ts'
import type { Fact } from '../../state/facts.ts'
import type { ModelRules } from '../../state/model-rule.ts'
import type { Engine } from '../../state/words.ts'
import type { KnownLane } from '../policy/lane-target.ts'
import type { LaneActed, RunRecord, Survey } from '../rpc/lane-api.ts'
import type { ReconcileDeps } from './lane-reconcile.ts'
import type { Place } from './runners/runner.ts'

export interface LaneDeps extends ReconcileDeps {
  profile: string
  launch: LaunchConfig
  models: ModelRules
  lanes(): Fact[]
}

export const knownLanes = ({ lanes }: LaneDeps): KnownLane[] =>
  lanes().flatMap(fact =>
    fact.kind === 'lane' && fact.value ? [{ key: fact.key, value: fact.value }] : [],
  )

/** `repo` null: only its earlier runs and its program are looked for. */
export const surveyFor = (
  { ask, launch }: LaneDeps,
  { name, engine, repo }: { name: string; engine: Engine; repo: string | null },
): Promise<Survey> =>
  ask('lane.survey', {
    name,
    repo,
    engine,
    program: launch[engine] ?? null,
    worktrees: launch.worktrees,
    logs: launch.logs,
  })

export const placeOf = (logs: string, { stem, runner }: RunRecord): Place => ({
  logs,
  stem,
  runner,
})

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
export const refused = (problems: string[]): LaneActed => ({ kind: 'refused', problems })
