/** The part of a detail that is read in full: its tabs, where the reader stands, its lines. */
import type { Tone } from '../../state/select/row.ts'
import { firstLine, type LogView, total, unseen } from '../../state/ui/log-view.ts'
import {
  type Parted,
  SECTION_TITLES,
  SECTIONS,
  SECTIONS_OF,
  type Section,
} from '../../state/ui/section.ts'
import { fitSpans, spansWidth } from './spans.ts'
import { paint, type Span, type Theme } from './theme.ts'

/** A diff is read by its first characters; what we say ourselves begins with a stroke. */
const DIFF_TONES: readonly (readonly [RegExp, Tone])[] = [
  [/^(?:\+\+\+|---|diff |index )/, 'dim'],
  [/^\+/, 'good'],
  [/^-/, 'bad'],
  [/^@@/, 'accent'],
]

function toneOf(section: Section, line: string): Tone {
  if (section === 'log') return 'plain'
  if (line.startsWith('── ')) return 'dim'
  if (section !== 'diff') return 'plain'
  return DIFF_TONES.find(([form]) => form.test(line))?.[1] ?? 'plain'
}

function lineSpans(view: LogView, number: number, section: Section): readonly Span[] {
  const line = view.lines[number - view.dropped] ?? ''
  const text = Array.from(line).slice(view.shift).join('')
  return number === view.found
    ? [{ text: ' ▸' }, { text, strong: true }]
    : [{ text: '  ' }, { text, tone: toneOf(section, line) }]
}

/** The parts by number, the one that is shown in brackets; where there is no room that one alone. */
export function tabs(of: Parted, section: Section, columns: number): readonly Span[] {
  const sections = SECTIONS_OF[of]
  const all = sections.map((each): Span => {
    const name = `${SECTIONS.indexOf(each) + 1} ${SECTION_TITLES[each]}`
    return each === section
      ? { text: `[${name}]`, tone: 'accent', strong: true }
      : { text: ` ${name} `, tone: 'dim' }
  })
  if (spansWidth(all) <= columns) return all
  return all.filter((_, index) => sections[index] === section)
}

function place(view: LogView, section: Section, rows: number): string {
  if (section === 'log') {
    return view.top === null ? 'following' : `${unseen(view)} new · G follows`
  }
  const all = total(view)
  return all > rows ? `${Math.min(all, firstLine(view, rows) + rows)}/${all}` : ''
}

/** Where the reader stands, and what is searched for. */
export function standing(view: LogView, section: Section, rows: number): string {
  if (view.fault !== null) return ''
  const missed = view.found === null ? ' not found' : ''
  const search = view.search === '' ? '' : `/${view.search}${missed}`
  return [search, place(view, section, rows)].filter(Boolean).join(' · ')
}

/** At most `rows` painted lines. */
export function sectionLines(
  view: LogView,
  section: Section,
  rows: number,
  columns: number,
  theme: Theme,
): readonly string[] {
  if (view.lines.length === 0) {
    const empty = section === 'log' ? 'The log is empty.' : 'Nothing to show.'
    const text = view.fault ?? (view.to === null ? 'Reading …' : empty)
    const line = paint(fitSpans([{ text: ` ${text}`, tone: 'dim' }], columns), theme)
    return rows > 0 ? [line] : []
  }
  const first = firstLine(view, rows)
  const last = Math.min(first + rows, total(view))
  return Array.from({ length: Math.max(0, last - first) }, (_, row) =>
    paint(fitSpans(lineSpans(view, first + row, section), columns), theme),
  )
}
