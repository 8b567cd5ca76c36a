/** Offers the options of a decision. Cancel comes first, so that a stray Enter answers nothing. */
import { clean } from '../../state/clean.ts'
import { answersOf } from '../../state/select/status.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf } from '../../state/ui/ui.ts'
import type { Theme } from '../parts/theme.ts'
import { type ListLine, listLines } from './list.ts'

export function answerScreen(state: ConsoleState, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'answer') return []
  const { world, size } = state
  const decision = world.decision.get(screen.decision)?.value
  const options = answersOf(world, screen.decision).map(
    (option, index): ListLine => ({
      spans: [{ text: option === null ? ' Cancel' : ` ${clean(option)}` }],
      selected: index === screen.index,
    }),
  )
  const asked = decision
    ? `asked by ${clean(decision.author)}; what an answer allows may not be undone`
    : 'it was answered meanwhile'
  const title = `#${screen.decision} ${clean(decision?.question ?? '')}`
  const told: ListLine[] = [{ spans: [{ text: ` ${asked}`, tone: 'dim' }] }, { spans: [] }]
  return listLines(title, [...options, ...told.toReversed()], 0, size, theme)
}
