/** Offers the options of a decision. Cancel comes first, so that a stray Enter answers nothing. */
import { clean } from '../../state/clean.ts'
import { decisionNotes } from '../../state/select/decision.ts'
import { answersOf } from '../../state/select/status.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf } from '../../state/ui/ui.ts'
import type { Theme } from '../parts/theme.ts'
import { wrap } from '../parts/wrap.ts'
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
    ? [`asked by ${decision.author}`, ...decisionNotes(decision, state.now)]
    : ['it was answered meanwhile']
  const title = `#${screen.decision} ${clean(decision?.question ?? '')}`
  const told = asked
    .flatMap(text => wrap(clean(text), size.columns - 4))
    .map((text): ListLine => ({ spans: [{ text: ` ${text}`, tone: 'dim' }] }))
  return listLines(title, [...options, { spans: [] }, ...told], 0, size, theme)
}
