/** The line above: host and link, what landed, what waits for you, the host's pressure, the clock. */
import { clock } from '../../state/format.ts'
import { landedToday, pressure } from '../../state/select/headline.ts'
import { GLYPHS } from '../../state/select/row.ts'
import { linkView, openDecisions } from '../../state/select/status.ts'
import type { ConsoleState } from '../../state/store.ts'
import { fitSpans, spansWidth, spread } from './spans.ts'
import { paint, type Span, type Theme } from './theme.ts'

type Segment = readonly Span[]

const GAP: Span = { text: '   ' }

function waiting(state: ConsoleState): Segment {
  const many = openDecisions(state.world).length
  if (many === 0) return []
  const verb = many === 1 ? 'waits' : 'wait'
  return [{ text: `${GLYPHS.you} ${many} ${verb} for you`, tone: 'accent' }]
}

/** Segments that still fit behind one another, in the order of their weight. */
function fitting(segments: readonly Segment[], room: number): readonly Segment[] {
  let left = room
  return segments.filter(segment => {
    const need = spansWidth(segment) + GAP.text.length
    if (segment.length === 0 || need > left) return false
    left -= need
    return true
  })
}

const spaced = (segments: readonly Segment[]): Span[] => segments.flatMap(spans => [GAP, ...spans])

export function statusLine(state: ConsoleState, theme: Theme): string {
  const { world, now, profile, hubLost, size } = state
  const link = linkView(world, hubLost, now)
  const head: Segment = [
    { text: ` ${profile} `, strong: true },
    { text: GLYPHS[link.glyph], tone: link.figure.tone },
    { text: ' ' },
    link.figure,
  ]
  const time: Segment = [{ text: `${clock(now)} ` }]
  const landed = landedToday(world, now)
  const tight = pressure(world)
  const waits = waiting(state)
  const lands: Segment = landed === null ? [] : [{ text: landed }]
  const press: Segment = tight ? [tight] : []
  const room = size.columns - spansWidth(head) - spansWidth(time) - GAP.text.length
  const kept = fitting([waits, lands, press], room)
  const left = [lands, waits].filter(segment => kept.includes(segment))
  const right = kept.includes(press) ? [press] : []
  const line = spread(
    [...head, ...spaced(left)],
    [...spaced(right).slice(1), GAP, ...time],
    size.columns,
  )
  return paint(fitSpans(line, size.columns), theme)
}
