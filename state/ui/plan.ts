/** The dispatch plan on the screen: asked for, shown, and then worked through item by item. */
import type { DispatchPlan } from '../dispatch.ts'

/** What came of one item of the plan. */
export interface Progress {
  readonly lane: string
  readonly tone: 'good' | 'bad'
  readonly text: string
}

/** What the hub would dispatch; `asked` until it answered. */
export type PlanAnswer =
  | { readonly kind: 'asked' }
  | {
      readonly kind: 'plan'
      readonly plan: DispatchPlan
      /** Null until it is run. `ended` says how it came out. */
      readonly run: { readonly items: readonly Progress[]; readonly ended: string | null } | null
    }
  | { readonly kind: 'fault'; readonly fault: string }

export interface PlanScreen {
  readonly kind: 'plan'
  readonly top: number
  /** Why the operator plans over the gates, as it is typed. */
  readonly reason: string
  readonly answer: PlanAnswer
}

export type PlanAction =
  | { readonly type: 'plan' }
  | { readonly type: 'plan-answer'; readonly answer: PlanAnswer }
  | { readonly type: 'dispatching' }
  | { readonly type: 'dispatched'; readonly item: Progress }
  | { readonly type: 'dispatch-ended'; readonly text: string }

export const NEW_PLAN: PlanScreen = {
  kind: 'plan',
  top: 0,
  reason: '',
  answer: { kind: 'asked' },
}

const running = (screen: PlanScreen, change: Partial<NonNullable<Run>>): PlanScreen => {
  const { answer } = screen
  if (answer.kind !== 'plan') return screen
  const run = { items: [], ended: null, ...answer.run, ...change }
  return { ...screen, answer: { ...answer, run } }
}

type Run = Extract<PlanAnswer, { kind: 'plan' }>['run']

const itemsOf = ({ answer }: PlanScreen) =>
  answer.kind === 'plan' ? (answer.run?.items ?? []) : []

/** The plan may lie below another screen by now. */
export function planAfter(screen: PlanScreen, action: PlanAction): PlanScreen {
  switch (action.type) {
    case 'plan':
      return NEW_PLAN
    case 'plan-answer':
      return { ...screen, answer: action.answer }
    case 'dispatching':
      return running(screen, { items: [], ended: null })
    case 'dispatched':
      return running(screen, { items: [...itemsOf(screen), action.item] })
    case 'dispatch-ended':
      return running(screen, { ended: action.text })
    default:
      return action satisfies never
  }
}
