/** Lets a lane that has ended go on in its thread: a run of its own, in the same worktree. */
import { basename } from 'node:path/posix'
import type { JournalRow } from '../../state/journal-entry.ts'
import { resumeWords } from '../policy/engine-command.ts'
import { findLane, threadToResume } from '../policy/lane-target.ts'
import { judgeModel } from '../policy/launch.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import type { LaneActed, RunRecord } from '../rpc/lane-api.ts'
import type { LaneDeps } from './lane-deps.ts'
import { startRun } from './lane-run.ts'
import { chooseSpec } from './lane-runner.ts'
import { hashOf, heldBy, placeOf, refused, surveyFor } from './lane-survey.ts'
import type { Run } from './runners/runner.ts'

const GO_ON = 'Go on with your task from where you stopped.\n'

export async function resumeLane(
  deps: LaneDeps,
  asked: HubParams<'lane.resume'>,
  cause: JournalRow['data'] = {},
): Promise<LaneActed> {
  const { launch: config, runners } = deps
  const found = findLane(deps.lanes(), asked.lane)
  if (found.kind === 'refused') return refused([found.message])
  const thread = threadToResume(found.target)
  if (thread.kind === 'refused') return refused([thread.message])
  const { threadId, cwd } = thread.target
  const { engine, log, name: shown } = found.target.value
  const name = slugOf(log === null ? shown : basename(log, '.jsonl'))
  const survey = await surveyFor(deps, { name, engine, repo: null })
  const last = survey.runs.at(-1)
  const model = last?.model ?? null
  const seen = last && (await runners[last.runner.kind].look(placeOf(survey.logs, last)))
  const text = asked.brief ?? GO_ON
  const stem = last === undefined ? name : `${name}.${numberOf(last.stem) + 1}`
  const sha256 = hashOf(text)
  const key = hashOf(JSON.stringify([deps.profile, stem, threadId, sha256]))
  const runner = asked.runner ?? null
  const how = { runner, box: runner === null ? boxOf(last) : null }
  const chosen = await chooseSpec(deps, { ...how, engine, stem, key }, survey)
  const program = chosen.survey.program.path
  const problems = [
    ...heldBy(deps, 'lane.resume', { lane: name, engine, model }),
    ...judgeModel(model, deps.models),
    ...(program === null
      ? [`${engine} is not on ${survey.hostname}: looked in ${survey.program.looked}`]
      : []),
    ...chosen.problems,
    ...(seen?.state === 'running' ? [`${shown} has a live writer, process ${last?.pid}`] : []),
  ]
  if (problems.length > 0 || chosen.runner === null || program === null) return refused(problems)
  const run: Run = {
    logs: survey.logs,
    path: survey.path,
    stem,
    runner: chosen.runner,
    runnerWhy: chosen.why,
    name,
    engine,
    model,
    sha256,
    text,
    env: config.env,
    cwd,
    tree: null,
    key,
    argv: [program, ...resumeWords(engine, threadId, model)],
    log: log ?? `${survey.logs}/${name}.jsonl`,
  }
  return await startRun(deps, run, {
    author: asked.label,
    why: `resume ${shown}`,
    data: cause,
  })
}

/** A thread that began in a box knows the paths of that box: it goes on in one like it. */
const boxOf = (last: RunRecord | undefined): string | null =>
  last?.runner.kind === 'box' ? last.runner.profile : null

const numberOf = (stem: string) => Number(/\.(\d+)$/.exec(stem)?.[1] ?? 1)

/** A name that a run's files can have. */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 61) || 'lane'
