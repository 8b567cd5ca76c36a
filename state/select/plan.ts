/** The dispatch plan in lines, as the screen and the command show it. */
import { clean } from '../clean.ts'
import { type DispatchPlan, type Planned, standing } from '../dispatch.ts'
import { plural } from '../format.ts'
import { laneNameOf } from '../item.ts'
import { type ItemWork, shippedText } from '../shipped.ts'
import { fit, width } from '../width.ts'
import type { Figure } from './figure.ts'

export type PlanLine = readonly Figure[]

export interface Came {
  readonly lane: string
  readonly tone: 'good' | 'bad'
  readonly text: string
}

/** Longer titles are cut: the whole text is in `--json`. */
const WIDEST = 44
/** A shorter one says less than the name of its lane. */
const SHORTEST = 16
/** Left to the reason, which matters more than the title. */
const REASON = 40

const line = (text: string, tone: Figure['tone'] = 'plain'): PlanLine => [
  { text: clean(text), tone },
]

/** `2 would start, 3 would not`. */
export function planTitle(plan: DispatchPlan): string {
  if (standing(plan).length > 0) return 'Dispatch · refused'
  const { planned, skipped } = plan
  return `Dispatch · ${plural(planned.length, 'lane')} would start, ${skipped.length} would not`
}

/** Who reads the plan, and how wide. */
export interface PlanReader {
  readonly at: 'console' | 'command'
  readonly columns: number
}

/** `came` is what came of items that had their turn, when the plan is run. */
export function planLines(
  plan: DispatchPlan,
  { at: reader, columns }: PlanReader,
  came: readonly Came[] = [],
): readonly PlanLine[] {
  const { refusals, override, planned, skipped, notes } = plan
  const refused = standing(plan)
  const named = [...planned, ...skipped.map(({ item }) => ({ item, lane: laneNameOf(item) }))]
  const cells = cellsFor(named, columns - NUMBER)
  const byLane = new Map(came.map(item => [item.lane, item]))
  const outcomeOf = (lane: string, why: string): Figure => {
    const item = byLane.get(lane)
    return item ? { text: clean(item.text), tone: item.tone } : { text: clean(why), tone: 'dim' }
  }
  return [
    ...refusals.map(each => line(each.text, refused.includes(each) ? 'bad' : 'wait')),
    ...(override === null ? [] : [line(`overridden: ${override}`, 'wait')]),
    ...mendOf(refused, MENDS[reader]),
    ...planned.flatMap(({ item, lane, why, overlaps, work }, at): PlanLine[] => [
      ...told(
        [
          { text: `${String(at + 1).padStart(3)}  `, tone: 'accent' },
          { text: cells({ item, lane }), tone: 'plain' },
        ],
        [outcomeOf(lane, why), ...workOf(work)],
        columns,
      ),
      ...overlaps.map(each => line(`     ${each}`, 'wait')),
    ]),
    ...skipped.flatMap(({ item, text, work }) =>
      told(
        [
          { text: '  -  ', tone: 'dim' },
          { text: cells({ item, lane: laneNameOf(item) }), tone: 'dim' },
        ],
        [{ text: clean(text), tone: 'wait' }, ...workOf(work)],
        columns,
      ),
    ),
    ...(named.length === 0 && refused.length === 0
      ? [line('No item waits: name them as dispatch.items or dispatch.file in the profile.', 'dim')]
      : []),
    ...notes.map(note => line(note, 'wait')),
  ]
}

/** What is said of an item stands behind it, or below it where there is no room. */
function told(item: PlanLine, said: PlanLine, columns: number): readonly PlanLine[] {
  const behind = said.map(({ text, tone }) => ({ text: `  ${text}`, tone }))
  const whole = [...item, ...behind]
  if (width(whole.map(({ text }) => text).join('')) <= columns) return [whole]
  return [item, [{ text: ' '.repeat(NUMBER - 2), tone: 'plain' }, ...behind]]
}

/** What its lanes left: only what landed is good. */
const workOf = (work: ItemWork | null): PlanLine =>
  work === null
    ? []
    : [{ text: clean(shippedText(work)), tone: work.state === 'landed' ? 'good' : 'wait' }]

const MENDS: Readonly<Record<PlanReader['at'], { readonly pause: string; readonly over: string }>> =
  {
    console: {
      pause: 'p on the home screen lets it go on; no override does.',
      over: 'Enter asks why, and then starts them all the same; the journal says who.',
    },
    command: {
      pause: '`dockmaster unpause dispatch` lets it go on; no override does.',
      over: '`dockmaster dispatch run --override "why"` starts them all the same, and the journal says who.',
    },
  }

/** What a person can do about a refusal. */
function mendOf(
  refused: ReturnType<typeof standing>,
  { pause, over }: (typeof MENDS)['console'],
): readonly PlanLine[] {
  if (refused.length === 0) return []
  const mend = refused.some(({ gate }) => gate === 'sight')
    ? 'Nothing is planned unseen: no override helps.'
    : refused.some(({ gate }) => gate === 'canon')
      ? 'A locked specification stands still while work fans out: no override helps.'
      : refused.some(({ gate }) => gate === 'pause')
        ? pause
        : over
  return [line(mend, 'dim')]
}

type Named = Pick<Planned, 'item' | 'lane'>

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(width))

/** Columns of the number before each. */
const NUMBER = 5

/** Lane and title of an item, aligned over all of them: in few columns the lane alone. */
function cellsFor(named: readonly Named[], columns: number): (one: Named) => string {
  const lanes = widest(named.map(({ lane }) => lane))
  const most = Math.min(WIDEST, columns - lanes - REASON)
  const titles = Math.min(most, widest(named.map(({ item }) => clean(item.title))))
  return ({ item, lane }) =>
    most < SHORTEST
      ? fit(lane, lanes)
      : `${fit(lane, lanes)}  ${fit(clean(item.title), titles, 'end')}`
}
