/** What every act on a lane asks the host first. */
import { createHash } from 'node:crypto'
import type { ActName } from '../../state/act.ts'
import type { LaunchConfig } from '../../state/config.ts'
import type { Fact } from '../../state/facts.ts'
import { workOfLane } from '../../state/item.ts'
import type { ModelRules } from '../../state/model-rule.ts'
import type { Aim } from '../../state/pause.ts'
import type { PauseFact } from '../../state/rule-facts.ts'
import type { Engine } from '../../state/words.ts'
import { judgeAct } from '../policy/act.ts'
import type { KnownLane } from '../policy/lane-target.ts'
import { isLaneName } from '../policy/launch.ts'
import type { LaneActed, RunRecord, Survey } from '../rpc/lane-api.ts'
import type { AccountLimits } from './account-limits.ts'
import type { BoxDesk } from './box-desk.ts'
import type { ReconcileDeps } from './lane-reconcile.ts'
import type { Place } from './runners/runner.ts'

export interface LaneDeps extends ReconcileDeps {
  boxes: Pick<BoxDesk, 'choose'>
  profile: string
  launch: LaunchConfig
  models: ModelRules
  lanes(): Fact[]
  /** Whose limits a lane of that name spends. */
  accountOf: AccountLimits['accountOf']
  /** What is paused now. */
  pauses(): readonly PauseFact[]
  /** What of the canon was edited since its lock. Throws RpcFault. */
  unlocked(): Promise<string[]>
}

export const knownLanes = ({ lanes }: Pick<LaneDeps, 'lanes'>): KnownLane[] =>
  lanes().flatMap(fact =>
    fact.kind === 'lane' && fact.value ? [{ key: fact.key, value: fact.value }] : [],
  )

/** Why it may not be started now: what a person paused. */
export function heldBy(
  { pauses, accountOf, now }: LaneDeps,
  act: ActName,
  { lane, engine, model }: { lane: string; engine: Engine; model: string | null },
): readonly string[] {
  const account = accountOf({ name: lane, engine })
  const aim: Aim = { lane, account, model, goal: workOfLane(lane)?.goal ?? null }
  const ruling = judgeAct({ act, aim, pauses: pauses(), losses: [], now: now() })
  return ruling.kind === 'refused' ? ruling.problems : []
}

/** One lane may mend the canon itself; items fan out only from one that stands still. */
export const editsAgainst = async ({ unlocked }: LaneDeps, lane: string): Promise<string[]> =>
  workOfLane(lane) === null ? [] : await unlocked()

/** `repo` null: only its earlier runs and its program are looked for. */
export const surveyFor = (
  { ask, launch }: Pick<LaneDeps, 'ask' | 'launch'>,
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

export const placeOf = (logs: string, { stem, runner, ticket }: RunRecord): Place => ({
  logs,
  stem,
  runner,
  ticket,
})

/** The newest run of that name and where it lies; null when we launched none. */
export async function newestRun(
  deps: Pick<LaneDeps, 'ask' | 'launch'>,
  lane: string,
): Promise<{ record: RunRecord; place: Place } | null> {
  if (!isLaneName(lane)) return null
  const { runs, logs } = await surveyFor(deps, { name: lane, engine: 'codex', repo: null })
  const record = runs.at(-1)
  return record === undefined ? null : { record, place: placeOf(logs, record) }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
export const refused = (problems: string[]): LaneActed => ({ kind: 'refused', problems })
