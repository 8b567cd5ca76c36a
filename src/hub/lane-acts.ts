/** Launches, stops and resumes lanes: one act at a time, each judged first, journaled, looked at after. */
import { createHash } from 'node:crypto'
import { basename } from 'node:path/posix'
import PQueue from 'p-queue'
import type { LaunchConfig } from '../../state/config.ts'
import type { Fact } from '../../state/facts.ts'
import type { ModelRules } from '../../state/model-rule.ts'
import { launchWords, resumeWords } from '../policy/engine-command.ts'
import {
  findLane,
  type KnownLane,
  processOf,
  type Target,
  threadToResume,
} from '../policy/lane-target.ts'
import { canonFor, isLaneName, judgeModel, judgeSurvey, judgeWish } from '../policy/launch.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { Identity, LaneActed, Survey } from '../rpc/lane-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import { intentEntry, openLaneIntents, outcomeEntry } from './lane-journal.ts'
import { reconcileLanes } from './lane-reconcile.ts'
import { type Run, type RunDeps, seenText, startRun } from './lane-run.ts'

export interface LaneActsDeps extends RunDeps {
  profile: string
  launch: LaunchConfig
  models: ModelRules
  lanes(): Fact[]
  /** Why the host cannot be asked now; null when it can. */
  barrier(): Promise<string | null>
}

export interface LaneActs {
  launch(wish: HubParams<'lane.launch'>): Promise<LaneActed>
  target(asked: HubParams<'lane.target'>): Promise<HubResult<'lane.target'>>
  stop(asked: HubParams<'lane.stop'>): Promise<LaneActed>
  resume(asked: HubParams<'lane.resume'>): Promise<LaneActed>
  /** Tells that the host can be asked: what was cut off is looked into. */
  hostIsThere(): void
  /** Acts under way or waiting. */
  readonly pending: number
}

const GO_ON = 'Go on with your task from where you stopped.\n'

export function newLaneActs(deps: LaneActsDeps): LaneActs {
  const { journal, ask, now, launch: config } = deps
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
        const isBegun = openLaneIntents(journal).length > 0
        return { kind: isBegun ? 'unknown' : 'unreachable', message: error.message }
      }
    })

  const known = (): KnownLane[] =>
    deps
      .lanes()
      .flatMap(fact =>
        fact.kind === 'lane' && fact.value ? [{ key: fact.key, value: fact.value }] : [],
      )

  const surveyFor = (name: string, engine: 'codex' | 'claude', repo: string | null) =>
    ask('lane.survey', {
      name,
      repo,
      engine,
      program: config[engine] ?? null,
      worktrees: config.worktrees,
      logs: config.logs,
    })

  const seenProcess = (lane: string): Target<Identity> => {
    const found = findLane(known(), lane)
    return found.kind === 'refused' ? found : processOf(found.target)
  }

  /** A run that lives by its record: one that just began has not been seen at work yet. */
  const recorded = async (lane: string): Promise<Target<Identity> | null> => {
    if (!isLaneName(lane)) return null
    const { runs, logs } = await surveyFor(lane, 'codex', null)
    const last = runs.at(-1)
    if (last === undefined) return null
    const { state } = await ask('lane.look', { logs, stem: last.stem })
    if (state !== 'running') return null
    return { kind: 'found', target: { pid: last.pid, pidStart: last.pidStart } }
  }

  const launchNow = async (wish: HubParams<'lane.launch'>): Promise<LaneActed> => {
    const canon = canonFor(wish.repo, config.repos)
    const repo = wish.repo ?? canon?.path ?? null
    const which = repo === null ? ['name the repository: --repo, a path of launch.repos'] : []
    const early = [...judgeWish(wish, deps.models), ...which]
    if (early.length > 0) return refused(early)
    const sha256 = hashOf(wish.brief)
    const key = hashOf(JSON.stringify([deps.profile, wish.name, sha256]))
    const survey = await surveyFor(wish.name, wish.engine, repo)
    const earlier = survey.runs.find(run => run.key === key)
    if (earlier && !wish.isDryRun) {
      const seen = await ask('lane.look', { logs: survey.logs, stem: earlier.stem })
      return { kind: 'already', record: earlier, seen: seenText(seen) }
    }
    const { program, repository, tree } = survey
    const late = judgeSurvey(survey, canon, wish.name)
    if (late.length > 0) return refused(late)
    if (program.path === null || !repository?.base) {
      return refused([`origin's default branch has no commit in ${repo}: git fetch brings it`])
    }
    const { name, engine, model } = wish
    const branch = `lane/${name}`
    const run: Run = {
      ...paths(survey, name),
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
    if (wish.isDryRun) {
      const { argv, log, cwd } = run
      return { kind: 'plan', name, sha256, argv, cwd, branch, base: repository.base, log }
    }
    return await startRun(deps, run, { author: wish.label, why: `launch ${name}` })
  }

  const resumeNow = async (asked: HubParams<'lane.resume'>): Promise<LaneActed> => {
    const found = findLane(known(), asked.lane)
    if (found.kind === 'refused') return refused([found.message])
    const thread = threadToResume(found.target)
    if (thread.kind === 'refused') return refused([thread.message])
    const { threadId, cwd } = thread.target
    const { engine, log, name: shown } = found.target.value
    const name = slugOf(log === null ? shown : basename(log, '.jsonl'))
    const survey = await surveyFor(name, engine, null)
    const last = survey.runs.at(-1)
    const model = last?.model ?? null
    const seen = last && (await ask('lane.look', { logs: survey.logs, stem: last.stem }))
    const problems = [
      ...judgeModel(model, deps.models),
      ...(survey.program.path === null
        ? [`${engine} is not on ${survey.hostname}: looked in ${survey.program.looked}`]
        : []),
      ...(seen?.state === 'running' ? [`${shown} has a live writer, process ${last?.pid}`] : []),
    ]
    if (problems.length > 0 || survey.program.path === null) return refused(problems)
    const text = asked.brief ?? GO_ON
    const stem = last === undefined ? name : `${name}.${numberOf(last.stem) + 1}`
    const sha256 = hashOf(text)
    const run: Run = {
      ...paths(survey, stem),
      name,
      engine,
      model,
      sha256,
      text,
      env: config.env,
      cwd,
      tree: null,
      key: hashOf(JSON.stringify([deps.profile, stem, threadId, sha256])),
      argv: [survey.program.path, ...resumeWords(engine, threadId, model)],
      log: log ?? `${survey.logs}/${name}.jsonl`,
    }
    return await startRun(deps, run, { author: asked.label, why: `resume ${shown}` })
  }

  const stopNow = async ({ lane, pid, pidStart, label }: HubParams<'lane.stop'>) => {
    const { commandLine, fault } = await ask('lane.who', { pid, pidStart })
    if (commandLine === null) return refused([fault ?? `process ${pid} is gone`])
    const undo = `dockmaster lane resume ${lane}`
    const text = `stop process ${pid}: ${commandLine.slice(0, 500)}`
    const data = { act: 'lane.stop' as const, pid, pidStart, undo }
    const intent = journal.append(intentEntry({ author: label, subject: lane, text, data }, now()))
    const came = await ask('lane.end', { pid, pidStart })
    if (came.kind === 'ended') {
      const { by, count } = came
      const told = `ended by ${by}; of ${count} processes none is left`
      const ending = { outcome: 'stopped' as const, text: told, data: { by, count, undo } }
      const { seq } = journal.append(outcomeEntry(intent, ending, now()))
      return { kind: 'stopped' as const, by, count, seq }
    }
    const message =
      came.kind === 'refused'
        ? came.message
        : `still there after KILL: pids ${came.pids.join(', ')}`
    const ending = { outcome: 'failed' as const, text: message }
    const { seq } = journal.append(outcomeEntry(intent, ending, now()))
    return { kind: 'failed' as const, message, seq }
  }

  return {
    launch: wish => inTurn(() => launchNow(wish)),
    resume: asked => inTurn(() => resumeNow(asked)),
    stop: asked => inTurn(() => stopNow(asked)),
    target: async ({ lane }) => {
      const barrier = await deps.barrier()
      if (barrier !== null) return { kind: 'refused', message: barrier }
      const process = (await recorded(lane)) ?? seenProcess(lane)
      if (process.kind === 'refused') return process
      const { commandLine, fault } = await ask('lane.who', process.target)
      if (commandLine === null) return { kind: 'refused', message: fault ?? 'it is gone' }
      return { kind: 'found', name: lane, commandLine, ...process.target }
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

const paths = ({ logs, path }: Survey, stem: string) => ({ logs, path, stem })
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const refused = (problems: string[]): LaneActed => ({ kind: 'refused', problems })
const numberOf = (stem: string) => Number(/\.(\d+)$/.exec(stem)?.[1] ?? 1)

/** A name that a run's files can have. */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 61) || 'lane'
