/** The form from which a lane is launched: Enter has it judged, and only a yes after that launches. */
import { clean } from '../../state/clean.ts'
import type { ConsoleState } from '../../state/store.ts'
import { fieldOf, LAUNCH_FIELDS, type LaunchField } from '../../state/ui/launch-form.ts'
import { screenOf } from '../../state/ui/ui.ts'
import { fit } from '../../state/width.ts'
import type { Theme } from '../parts/theme.ts'
import { wrap } from '../parts/wrap.ts'
import { type ListLine, listLines } from './list.ts'

const LABEL = 8

/** What an empty field means. */
const EMPTY: Readonly<Record<LaunchField, string>> = {
  brief: 'path of its brief on this machine: TASK, DO, DO NOT, OUTPUT and STOP',
  name: "after the brief's file",
  engine: '',
  model: "the engine's own",
  repo: 'the only one of launch.repos',
}

export function launchScreen(state: ConsoleState, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'launch') return []
  const { form, problems } = screen
  const fields = LAUNCH_FIELDS.map((field): ListLine => {
    const selected = field === fieldOf(screen)
    const text = clean(form[field])
    const cursor = selected && field !== 'engine' ? '▏' : ''
    return {
      spans: [
        { text: ` ${fit(field, LABEL)}`, tone: 'dim' },
        { text: selected && field === 'engine' ? `◂ ${text} ▸` : text },
        { text: cursor, tone: 'accent' },
        { text: text === '' ? ` ${EMPTY[field]}` : '', tone: 'dim' },
      ],
      selected,
    }
  })
  const told = problems
    .flatMap(problem => wrap(clean(problem), Math.max(1, state.size.columns - 4)))
    .map((text): ListLine => ({ spans: [{ text: ` ${text}`, tone: 'bad' }] }))
  const lines = [...fields, { spans: [] }, ...told]
  return listLines('Launch a lane', lines, 0, state.size, theme)
}
