/** What every act on a lane asks the host first. */
import { createHash } from 'node:crypto'
import type { ActName } from '../../state/act.ts'
import { workOfLane } from '../../state/item.ts'
import type { Aim } from '../../state/pause.ts'
import type { Engine } from '../../state/words.ts'
import { judgeAct } from '../policy/act.ts'
import { isLaneName } from '../policy/launch.ts'
import type { LaneActed, RunRecord, Survey } from '../rpc/lane-api.ts'
import type { LaneDeps } from './lane-deps.ts'
import type { Place } from './runners/runner.ts'

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
