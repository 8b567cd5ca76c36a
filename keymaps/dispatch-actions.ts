/** Actions that launch lanes: from the plan, and from the form. */
import { standing } from '../state/dispatch.ts'
import { fieldOf } from '../state/ui/launch-form.ts'
import { screenOf } from '../state/ui/ui.ts'
import { type Action, type Context, type Effect, looking, screen } from './action.ts'

/** The plan on the screen, with what still refuses it; null when there is none. */
function shown({ ui }: Context) {
  const at = screenOf(ui)
  if (at.kind !== 'plan' || at.answer.kind !== 'plan') return null
  const { plan, run } = at.answer
  return { plan, run, refused: standing(plan) }
}

function mayRun(context: Context): true | string {
  const at = shown(context)
  if (at === null) return 'There is no plan yet.'
  if (at.run !== null) return 'This plan was run: D makes another.'
  const blind = at.refused.find(({ gate }) => gate === 'sight')
  if (blind) return `${blind.text}: nothing is launched unseen.`
  return at.refused.length > 0 || at.plan.planned.length > 0 || 'Nothing of it would start.'
}

/** Over a gate it asks for the reason first; the plan is then made anew, and shown. */
function runEffect(context: Context): Effect | null {
  const at = shown(context)
  if (at === null) return null
  return at.refused.length > 0
    ? { to: 'screen', action: { type: 'prompt', kind: 'override' } }
    : { to: 'ask', request: 'dispatch' }
}

const onEngine = ({ ui }: Context): true | string => {
  const at = screenOf(ui)
  return (
    (at.kind === 'launch' && fieldOf(at) === 'engine') ||
    'Left and right choose in the engine line.'
  )
}

const LAUNCH = ['launch'] as const

export const DISPATCH_ACTIONS: readonly Action[] = [
  looking(
    'Look',
    'dispatch.plan',
    'What would be dispatched, and why not the rest',
    ['home', 'plan'],
    screen({ type: 'plan' }),
  ),
  {
    id: 'dispatch.run',
    title: 'Launch what is planned; over a gate it asks why',
    group: 'Act',
    modes: ['plan'],
    hint: 'launch',
    danger: true,
    when: mayRun,
    effect: runEffect,
  },
  {
    id: 'lane.launch',
    title: 'Launch a lane on a brief; asks first',
    group: 'Act',
    modes: ['home'],
    hint: 'dispatch',
    danger: false,
    when: () => true,
    effect: screen({ type: 'launch' }),
  },
  {
    id: 'launch.judge',
    title: 'Judge it, and show what would be launched',
    group: 'Act',
    modes: LAUNCH,
    hint: 'look at it',
    danger: false,
    when: () => true,
    effect: () => ({ to: 'ask', request: 'launch' }),
  },
  looking('Move', 'launch.next', 'Next field', LAUNCH, screen({ type: 'move', steps: 1 }), {
    hint: 'next field',
  }),
  looking('Move', 'launch.previous', 'Field above', LAUNCH, screen({ type: 'move', steps: -1 })),
  looking('Look', 'launch.engine', 'The other engine', LAUNCH, screen({ type: 'launch-engine' }), {
    when: onEngine,
  }),
]
