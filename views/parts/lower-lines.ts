/** The two lines below: what is asked or said just now, and what the keys do here. */
import { type Mode, modeOf } from '../../keymaps/action.ts'
import type { Keymap } from '../../keymaps/default.ts'
import { hints, keyName } from '../../keymaps/help.ts'
import { clean } from '../../state/clean.ts'
import { linkOf } from '../../state/reduce.ts'
import { accessFigure } from '../../state/select/access.ts'
import { GLYPHS } from '../../state/select/row.ts'
import { linkView, openDecisions } from '../../state/select/status.ts'
import type { ConsoleState } from '../../state/store.ts'
import { typed } from '../../state/ui/typing.ts'
import { cut, width } from '../../state/width.ts'
import { contextOf } from './context.ts'
import { fitSpans, spansWidth, spread } from './spans.ts'
import { paint, type Span, type Theme } from './theme.ts'
import { wrap } from './wrap.ts'

const PROMPTS: Readonly<Partial<Record<Mode, string>>> = { palette: ': ', pause: 'why: ' }
const SIGNS = {
  filter: '/ ',
  search: 'search / ',
  override: 'why over the gates: ',
  reject: 'why: ',
} as const

function promptSpans(state: ConsoleState): readonly Span[] | null {
  const text = typed(state.ui)
  // A form shows its text in its own field.
  if (text === null || modeOf(state.ui) === 'launch') return null
  const sign = state.ui.prompt ? SIGNS[state.ui.prompt.kind] : (PROMPTS[modeOf(state.ui)] ?? '')
  return [{ text: ` ${sign}`, tone: 'accent' }, { text }, { text: '▏', tone: 'accent' }]
}

function decisionSpans(state: ConsoleState, keymap: Keymap): readonly Span[] {
  const open = openDecisions(state.world)
  const [first] = open
  if (!first) return []
  const why = keyName(keymap['decision.open']?.[0] ?? '')
  const answer = keyName(keymap['decision.answer']?.[0] ?? '')
  const mark: Span = { text: ` ${GLYPHS.you} `, tone: 'accent' }
  const keys: Span = { text: `   ${answer} answer   ${why} why   1 of ${open.length}` }
  // The question gives way to half the line: the keys open it in full.
  const { columns } = state.size
  const room = Math.max(columns >> 1, columns - spansWidth([mark, keys]))
  return [mark, { text: cut(clean(first.value.question), room, 'end'), strong: true }, keys]
}

/** Most lines of an answer: a longer one is in the journal. */
const MOST_SAID = 4

/** What a key came to, in full: it goes with the next key, so it may lie over the lines above. */
function noticeLines(notice: string, columns: number): readonly (readonly Span[])[] {
  const lines = wrap(clean(notice), columns - 1)
  const last = lines.slice(MOST_SAID - 1).join(' ')
  const shown = [...lines.slice(0, MOST_SAID - 1), ...(last === '' ? [] : [last])]
  return shown.map(text => [{ text: ` ${text}`, tone: 'wait' }])
}

/** What a key came to, else what is typed, else what is wrong, else what waits for you. */
export function saidLines(state: ConsoleState, keymap: Keymap, theme: Theme): readonly string[] {
  const { notice } = state.ui
  const { columns } = state.size
  const lines = notice === null ? [quietSpans(state, keymap)] : noticeLines(notice, columns)
  return lines.map(spans => paint(fitSpans(spans, columns), theme))
}

function quietSpans(state: ConsoleState, keymap: Keymap): readonly Span[] {
  const { ui, world, hubLost, now } = state
  const prompt = promptSpans(state)
  if (prompt) return prompt
  if (ui.pending.length > 0) return [{ text: ` ${ui.pending.join(' ')} …`, tone: 'accent' }]
  const { mend } = linkView(world, hubLost, now)
  const key = keyName(keymap['key.trust']?.[0] ?? '')
  const asked = linkOf(world)?.unknownKey ? `${key} looks at the key. ` : ''
  return mend || asked
    ? [{ text: ` ${asked}${clean(mend ?? '')}`, tone: 'wait' }]
    : decisionSpans(state, keymap)
}

/** As many hints as fit; a key that cannot act now is dim. */
export function hintLine(state: ConsoleState, keymap: Keymap, theme: Theme): string {
  const { columns } = state.size
  const access = accessFigure(state)
  const mode: Span[] = access ? [{ ...access, text: ` ${access.text} `, strong: true }] : []
  let room = columns - spansWidth(mode)
  const shown = hints(keymap, modeOf(state.ui), contextOf(state), ({ key, word }) => {
    const need = width(key) + width(word) + 3
    if (need > room) return false
    room -= need
    return true
  })
  const spans = shown.flatMap(({ key, word, can }): Span[] => [
    { text: ` ${key}`, strong: can, tone: can ? 'plain' : 'dim' },
    { text: ` ${word} `, tone: can ? 'plain' : 'dim' },
  ])
  return paint(spread(spans, mode, columns), theme)
}
