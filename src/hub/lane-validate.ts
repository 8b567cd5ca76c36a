/**
 * Runs a repository's own CI commands at a lane's head, each in a disposable box: exit codes
 * decide, not the lane's summary. On record before it begins and after it ended; one at a time.
 */
import PQueue from 'p-queue'
import { BoxFault } from '../../adapters/box.ts'
import type { Instant } from '../../state/facts.ts'
import type { Journal } from '../../state/journal/journal.ts'
import { outcomeEntry } from '../../state/journal/outcome.ts'
import { withoutSecrets } from '../../state/printable.ts'
import { findLane } from '../policy/lane-target.ts'
import { stepsOf, type WorkflowStep } from '../policy/workflow-steps.ts'
import type { HubParams } from '../rpc/hub-api.ts'
import { RpcFault } from '../rpc/peer.ts'
import type { LaneValidated, StepRun } from '../rpc/validate-api.ts'
import type { BoxDesk, CommandBox } from './box-desk.ts'
import type { FactStore } from './fact-store.ts'
import { knownLanes } from './known-lanes.ts'
import type { ProbeSession } from './probe-session.ts'

export interface LaneValidateDeps {
  ask: ProbeSession['request']
  desk: BoxDesk
  journal: Journal
  /** Entry of `boxes` when none is named. */
  box: string | null
  limitMs: number
  facts: FactStore
  now(): Instant
  /** Why the host cannot be asked now; null when it can. */
  barrier(): Promise<string | null>
}

export interface LaneValidations {
  validate(asked: HubParams<'lane.validate'>): Promise<LaneValidated>
  readonly pending: number
}

export function newLaneValidations(deps: LaneValidateDeps): LaneValidations {
  const turns = new PQueue({ concurrency: 1 })
  return {
    validate: asked =>
      turns.add(async () => {
        try {
          return await validate(deps, asked)
        } catch (error) {
          if (!(error instanceof RpcFault) && !(error instanceof BoxFault)) throw error
          return { kind: 'unreachable', message: error.message }
        }
      }),
    get pending() {
      return turns.size + turns.pending
    },
  }
}

async function validate(
  deps: LaneValidateDeps,
  { lane, box, label }: HubParams<'lane.validate'>,
): Promise<LaneValidated> {
  const { ask, desk, journal, now } = deps
  const barrier = await deps.barrier()
  if (barrier !== null) return { kind: 'unreachable', message: barrier }
  const found = findLane(knownLanes(deps.facts), lane)
  if (found.kind === 'refused') return refused([found.message])
  const { name, cwd, status } = found.target.value
  if (cwd === null) return refused([`it is not known in which directory ${name} worked`])
  if (status !== 'ended') return refused([`${name} is ${status}: it is validated at its end`])
  const fit = await desk.forCommands(box ?? deps.box, name)
  if (fit.kind === 'refused') return fit
  const there = await ask('validate.checkout', { cwd })
  if (there.kind === 'failed') return refused([there.message])
  const { commit, path, files } = there
  try {
    const steps = readSteps(files)
    if ('problem' in steps) return refused([steps.problem])
    const intent = journal.append({
      at: now(),
      kind: 'intent',
      author: label,
      subject: name,
      text: `validate ${commit.slice(0, 12)} with ${files.map(file => file.path).join(', ')}`,
      data: { act: 'lane.validate', commit, box: fit.profile },
    })
    const runs = await runAll(deps, steps, fit, { cwd: path, repo: cwd })
    const failed = runs.filter(({ state }) => state === 'failed').length
    const passed = runs.filter(({ state }) => state === 'passed').length
    const outcome = failed > 0 ? 'failed' : passed > 0 ? 'passed' : 'unknown'
    const text = runs.map(tell).join('\n').slice(0, 4_000)
    const data = { act: 'lane.validate', commit, passed, failed }
    const { seq } = journal.append(outcomeEntry(intent, { outcome, text, data }, now()))
    return { kind: 'validated', name, commit, steps: runs, seq }
  } finally {
    await ask('validate.drop', { cwd })
  }
}

function readSteps(files: Parameters<typeof stepsOf>[0]) {
  try {
    const steps = stepsOf(files)
    return steps.length > 0 ? steps : { problem: 'it has no steps in .github/workflows/*.yml' }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

/** A step that failed stops its job, as on GitHub. */
async function runAll(
  { desk: { host }, limitMs }: LaneValidateDeps,
  steps: readonly WorkflowStep[],
  box: CommandBox,
  where: { cwd: string; repo: string },
): Promise<StepRun[]> {
  const runs: StepRun[] = []
  const stopped = new Set<string>()
  for (const [index, { file, job, name, does }] of steps.entries()) {
    const about = { file, job, name }
    const idle = (said: string) => runs.push({ ...about, state: 'not-run', exit: null, said })
    if (does.kind === 'skip') idle(does.why)
    else if (stopped.has(`${file} ${job}`)) idle('a step before it failed')
    else {
      const plan = await box.plan(does, { ...where, index })
      const { exit, tail } = await host.run(plan, AbortSignal.timeout(limitMs))
      if (exit !== 0) stopped.add(`${file} ${job}`)
      const said = withoutSecrets(tail.trimEnd().slice(-2_000))
      runs.push({ ...about, state: exit === 0 ? 'passed' : 'failed', exit, said })
    }
  }
  return runs
}

const tell = ({ job, name, state, exit }: StepRun): string =>
  `${state}${exit === null ? '' : ` (exit ${exit})`} ${job}: ${name}`

const refused = (problems: string[]): LaneValidated => ({ kind: 'refused', problems })
