/** Finds out what would be launched, and asks the person before it is. */
import { linkOf } from '../../state/reduce.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import type { LaunchForm } from '../../state/ui/launch-form.ts'
import { screenOf } from '../../state/ui/ui.ts'
import { whoActs } from '../client/answerer.ts'
import { nameOfBrief, readBriefFile } from '../client/brief-file.ts'
import { laneText } from '../client/lane-text.ts'
import type { HubClient } from '../rpc/client-api.ts'

const UNDO = 'S stops a lane; what it did by then stays in its worktree'

/** Resolves with the question, or why there is none; rejects when the hub could not be asked. */
export async function askToLaunch(hub: HubClient | null, state: ConsoleState): Promise<UiAction> {
  if (!hub) throw new Error('There is no hub to ask just now: press it again in a moment.')
  const screen = screenOf(state.ui)
  if (screen.kind === 'launch') return await askForForm(hub, state, screen.form)
  return screen.kind === 'plan' && screen.answer.kind === 'plan'
    ? askForPlan(state, screen.answer.plan)
    : { type: 'notice', text: 'There is no plan yet.' }
}

type Plan = Extract<UiAction, { type: 'plan-answer' }>['answer'] & { kind: 'plan' }

function askForPlan(state: ConsoleState, { planned, refusals, override }: Plan['plan']): UiAction {
  const lanes = planned.map(({ lane }) => lane)
  const many = lanes.length === 1 ? 'a lane' : `${lanes.length} lanes`
  const over = refusals.map(({ text }) => text).join('; ')
  return {
    type: 'confirm',
    confirm: {
      title: `Launch ${many}?`,
      act: 'launch each in a worktree of its own, in this order; gates are looked at before each',
      target: lanes.join(', '),
      host: hostOf(state),
      undo: UNDO,
      more: override === null ? [] : [{ label: 'gates', text: `${over}: overridden, ${override}` }],
      request: { act: 'dispatch.run', lanes, override },
    },
  }
}

async function askForForm(
  hub: HubClient,
  state: ConsoleState,
  form: LaunchForm,
): Promise<UiAction> {
  if (form.brief.trim() === '') return problems(['name the file of its brief'])
  const brief = await readBriefFile(form.brief.trim())
  if (brief.kind === 'fault') return problems([brief.message])
  const wish = {
    brief: brief.text,
    name: form.name.trim() || nameOfBrief(form.brief.trim()),
    engine: form.engine,
    model: form.model.trim() || null,
    repo: form.repo.trim() || null,
  }
  const judged = await hub.request('lane.launch', { ...wish, isDryRun: true, label: whoActs() })
  if (judged.kind !== 'plan') {
    return problems(judged.kind === 'refused' ? judged.problems : laneText(judged))
  }
  const { name, argv, cwd, branch, base, sha256, warnings } = judged
  return {
    type: 'confirm',
    confirm: {
      title: `Launch the lane ${name}?`,
      act: `start ${argv.join(' ')}`,
      target: `${cwd}, a new worktree on ${branch} from ${base.slice(0, 12)}`,
      host: hostOf(state),
      undo: UNDO,
      more: [
        ...warnings.map(text => ({ label: 'beware', text })),
        { label: 'brief', text: `${form.brief.trim()}, ${sha256.slice(0, 12)}` },
      ],
      request: { act: 'lane.launch', ...wish },
    },
  }
}

const problems = (all: readonly string[]): UiAction => ({ type: 'launch-came', problems: all })

const hostOf = ({ world, profile }: ConsoleState): string =>
  `${profile} · ${linkOf(world)?.target ?? 'not connected'}`
