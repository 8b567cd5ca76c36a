/** The dispatch plan in lines, as the screen and the command show it. */
import { clean } from '../clean.ts'
import { type DispatchPlan, standing } from '../dispatch.ts'
import { plural } from '../format.ts'
import { type Item, laneNameOf } from '../item.ts'
import { fit, width } from '../width.ts'
import type { Figure } from './headline.ts'

export type PlanLine = readonly Figure[]

/** Longer titles are cut: the whole text is in `--json`. */
const WIDEST = 44

const line = (text: string, tone: Figure['tone'] = 'plain'): PlanLine => [
  { text: clean(text), tone },
]

/** `2 would start, 3 would not`. */
export function planTitle(plan: DispatchPlan): string {
  if (standing(plan).length > 0) return 'Dispatch · refused'
  const { planned, skipped } = plan
  return `Dispatch · ${plural(planned.length, 'lane')} would start, ${skipped.length} would not`
}

export function planLines(plan: DispatchPlan): readonly PlanLine[] {
  const { refusals, override, planned, skipped, notes } = plan
  const refused = standing(plan)
  const items = [...planned, ...skipped].map(({ item }) => item)
  const cells = cellsFor(items)
  return [
    ...refusals.map(each => line(each.text, refused.includes(each) ? 'bad' : 'wait')),
    ...(override === null ? [] : [line(`overridden: ${override}`, 'wait')]),
    ...mendOf(refused),
    ...planned.map(
      ({ item, why }, at): PlanLine => [
        { text: `${String(at + 1).padStart(3)}  `, tone: 'accent' },
        { text: cells(item), tone: 'plain' },
        { text: `  ${clean(why)}`, tone: 'dim' },
      ],
    ),
    ...skipped.map(
      ({ item, text }): PlanLine => [
        { text: '  -  ', tone: 'dim' },
        { text: cells(item), tone: 'dim' },
        { text: `  ${clean(text)}`, tone: 'wait' },
      ],
    ),
    ...(items.length === 0 && refused.length === 0
      ? [line('No item waits: name them as dispatch.items or dispatch.file in the profile.', 'dim')]
      : []),
    ...notes.map(note => line(note, 'wait')),
  ]
}

/** What a person can do about a refusal. */
function mendOf(refused: ReturnType<typeof standing>): readonly PlanLine[] {
  if (refused.length === 0) return []
  const mend = refused.some(({ gate }) => gate === 'sight')
    ? 'Nothing is planned unseen: no override helps.'
    : '`dockmaster dispatch plan --override "why"` plans all the same, and the journal says who.'
  return [line(mend, 'dim')]
}

const short = (text: string): string =>
  width(text) > WIDEST ? fit(text, WIDEST, 'end').trimEnd() : text

const cellsOf = (item: Item) => [laneNameOf(item), short(clean(item.title))] as const

/** Lane and title of an item, aligned over all of them. */
function cellsFor(items: readonly Item[]): (item: Item) => string {
  const all = items.map(cellsOf)
  const lanes = Math.max(0, ...all.map(([lane]) => width(lane)))
  const titles = Math.max(0, ...all.map(([, title]) => width(title)))
  return item => {
    const [lane, title] = cellsOf(item)
    return `${fit(lane, lanes)}  ${fit(title, titles)}`
  }
}
