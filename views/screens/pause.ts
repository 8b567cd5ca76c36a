/** What to hold, with what holds it already. The reason is typed on the line below. */
import { clean } from '../../state/clean.ts'
import { pauseKey, pauseNote } from '../../state/pause.ts'
import type { ConsoleState } from '../../state/store.ts'
import { screenOf } from '../../state/ui/ui.ts'
import type { Theme } from '../parts/theme.ts'
import { type ListLine, listLines } from './list.ts'

export function pauseScreen(state: ConsoleState, theme: Theme): readonly string[] {
  const screen = screenOf(state.ui)
  if (screen.kind !== 'pause') return []
  const { world, now, size } = state
  const lines = screen.targets.map((target, index): ListLine => {
    const pause = world.pause.get(pauseKey(target))?.value
    const held = pause ? `   let it go on: paused ${clean(pauseNote(pause, now))}` : ''
    const name = target.kind === 'dispatch' ? 'all dispatch' : pauseKey(target)
    return {
      spans: [{ text: ` ${clean(name)}` }, { text: held, tone: 'wait' }],
      selected: index === screen.index,
    }
  })
  const how = ' Up and Down choose. Enter holds it, or lets go on what is paused.'
  const told: ListLine = { spans: [{ text: how, tone: 'dim' }] }
  return listLines('Hold what, and why?', [...lines, { spans: [] }, told], 0, size, theme)
}
