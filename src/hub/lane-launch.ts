/** Launches a lane: judged, made, journaled, let go, looked at. */
import type { LaunchConfig } from '../../state/config.ts'
import { judgeCrowd } from '../policy/crowd.ts'
import { launchWords } from '../policy/engine-command.ts'
import { canonFor, judgeSurvey, judgeWish } from '../policy/launch.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import type { LaneActed, RunSeen } from '../rpc/lane-api.ts'
import type { LaneDeps } from './lane-deps.ts'
import { overlapOf } from './lane-overlap.ts'
import { seenText, startRun } from './lane-run.ts'
import { chooseSpec } from './lane-runner.ts'
import { editsAgainst, hashOf, heldBy, placeOf, refused, surveyFor } from './lane-survey.ts'
import type { Place, Run } from './runners/runner.ts'

type Wish = HubParams<'lane.launch'>

export async function launchLane(deps: LaneDeps, wish: Wish): Promise<LaneActed> {
  const judged = await judgeLaunch(deps, wish)
  if (judged.kind !== 'ready') return judged
  const { run, warnings } = judged
  return await startRun(deps, run, { author: wish.label, why: `launch ${wish.name}`, warnings })
}

const unnamed = (repos: LaunchConfig['repos']): string =>
  repos.length === 0
    ? 'name the repositories that lanes may have as launch.repos in the profile'
    : `name the repository (--repo), one of ${repos.map(({ path }) => path).join(', ')}`

/** Judges a launch and makes nothing: what would run, or why it does not. */
export async function judgeLaunch(
  deps: LaneDeps,
  wish: Wish,
): Promise<LaneActed | { kind: 'ready'; run: Run; warnings: string[] }> {
  const { launch: config } = deps
  const canon = canonFor(wish.repo, config.repos)
  const repo = wish.repo ?? canon?.path ?? null
  const which = repo === null ? [unnamed(config.repos)] : []
  const aim = {
    lane: wish.name,
    engine: wish.engine,
    model: wish.model,
  }
  const early = [...judgeWish(wish, deps.models), ...which, ...heldBy(deps, 'lane.launch', aim)]
  if (early.length > 0) return refused(early)
  const sha256 = hashOf(wish.brief)
  const key = hashOf(JSON.stringify([deps.profile, wish.name, sha256]))
  const seenThere = await surveyFor(deps, { name: wish.name, engine: wish.engine, repo })
  const earlier = seenThere.runs.find(run => run.key === key)
  if (earlier && !wish.isDryRun) {
    const seen = await nobodysAway(deps, placeOf(seenThere.logs, earlier))
    if (seen.record === null) return await judgeLaunch(deps, wish)
    return { kind: 'already', record: earlier, seen: seenText(seen) }
  }
  const { name, engine, model } = wish
  const chosen = await chooseSpec(deps, { ...wish, stem: name, key }, seenThere)
  const { survey } = chosen
  const { program, repository, tree } = survey
  const edits = await editsAgainst(deps, name)
  const late = [...judgeSurvey(survey, canon, name), ...chosen.problems, ...edits]
  if (late.length > 0 || chosen.runner === null) return refused(late)
  if (program.path === null || !repository?.base) {
    return refused([`origin's default branch has no commit in ${repo}: git fetch brings it`])
  }
  const branch = `lane/${name}`
  const run: Run = {
    logs: survey.logs,
    path: survey.path,
    stem: name,
    runner: chosen.runner,
    runnerWhy: chosen.why,
    key,
    name,
    engine,
    model,
    sha256,
    text: wish.brief,
    env: config.env,
    cwd: tree,
    tree: { repo: repository.path, path: tree, branch, base: repository.base },
    argv: [program.path, ...launchWords(engine, model)],
    log: `${survey.logs}/${name}.jsonl`,
  }
  const remote = repository.remote ?? ''
  const warnings = [
    ...judgeCrowd(deps.lanes(), config.lanes),
    ...(await overlapOf(deps, { name, brief: wish.brief, remote })),
  ]
  if (wish.isDryRun) {
    const { argv, log, cwd, runnerWhy } = run
    const { base } = repository
    const { kind } = run.runner
    const plan = { name, sha256, argv, cwd, branch, base, log, runner: kind, runnerWhy, warnings }
    return { kind: 'plan', ...plan }
  }
  return { kind: 'ready', run, warnings }
}

/**
 * Looks at an earlier run. No act of ours is open: one that waits still has lost whoever made it,
 * and its prompt never comes.
 */
async function nobodysAway({ runners }: LaneDeps, place: Place): Promise<RunSeen> {
  const runner = runners[place.runner.kind]
  const seen = await runner.look(place)
  const isNobodys = seen.state === 'held' || seen.state === 'unsent'
  return isNobodys ? await runner.discard(place) : seen
}
