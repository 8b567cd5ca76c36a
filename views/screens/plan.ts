/** What would be dispatched now, in order, and why not the rest; once it runs, what came of each. */
import { clean } from '../../state/clean.ts'
import { moment } from '../../state/format.ts'
import type { Size } from '../../state/layout.ts'
import { planLines, planTitle } from '../../state/select/plan.ts'
import type { ConsoleState } from '../../state/store.ts'
import type { PlanAnswer } from '../../state/ui/plan.ts'
import { screenOf } from '../../state/ui/ui.ts'
import type { Theme } from '../parts/theme.ts'
import { type ListLine, listLines } from './list.ts'

/** Columns of the frame, and the space before each line. */
const FRAME = 3

const said = (text: string): readonly ListLine[] => [{ spans: [{ text: ` ${text}`, tone: 'dim' }] }]

export function planList(answer: PlanAnswer, { columns }: Size): readonly ListLine[] {
  if (answer.kind === 'asked') return said('The hub is asked…')
  if (answer.kind === 'fault') return said(`The hub has no plan: ${answer.fault}`)
  return planLines(answer.plan, { at: 'console', columns: columns - FRAME }, answer.run?.items).map(
    spans => ({
      spans: [{ text: ' ' }, ...spans],
    }),
  )
}

function titleOf(answer: PlanAnswer, now: number): string {
  if (answer.kind !== 'plan') return 'Dispatch'
  if (answer.run !== null) return `Dispatch · ${clean(answer.run.ended ?? 'lanes are launched…')}`
  return `${planTitle(answer.plan)} · as of ${moment(answer.plan.at, now)}`
}

export function planScreen(state: ConsoleState, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'plan') return []
  const { answer, top } = screen
  return listLines(titleOf(answer, state.now), planList(answer, state.size), top, state.size, theme)
}
