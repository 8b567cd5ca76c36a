/** The link as the status line says it, and what waits for the operator. */
import { clean } from '../clean.ts'
import type { Instant, LinkFact } from '../facts.ts'
import { moment, plural } from '../format.ts'
import { linkOf } from '../reduce.ts'
import type { Seen, World } from '../world.ts'
import type { Figure } from './figure.ts'
import type { Glyph } from './row.ts'

export interface LinkView {
  readonly glyph: Glyph
  readonly figure: Figure
  /** What to do about it; null when nothing is wrong. */
  readonly mend: string | null
}

const trip = (link: LinkFact): string => {
  if (link.transport === 'local') return 'this machine'
  const rtt = link.rttMs === null ? '?' : `${Math.round(link.rttMs)}ms`
  return `${rtt} · ${plural(link.connections, 'connection')}`
}

/** `hubLost` is when this console lost its own hub; then nothing is known of the link. */
export function linkView(world: World, hubLost: Instant | null, now: Instant): LinkView {
  if (hubLost !== null) {
    const text = `no hub since ${moment(hubLost, now)}, connecting again`
    return { glyph: 'bad', figure: { text, tone: 'bad' }, mend: null }
  }
  const link = linkOf(world)
  if (!link) return { glyph: 'idle', figure: { text: 'connecting', tone: 'wait' }, mend: null }
  if (link.unknownKey) {
    const { type, fingerprint } = link.unknownKey
    const text = `unknown host key ${type} ${fingerprint}`
    return { glyph: 'you', figure: { text: clean(text), tone: 'accent' }, mend: link.mend }
  }
  if (link.state === 'up') {
    return { glyph: 'live', figure: { text: trip(link), tone: 'plain' }, mend: null }
  }
  if (link.state === 'connecting') {
    return { glyph: 'idle', figure: { text: 'connecting', tone: 'wait' }, mend: link.mend }
  }
  const word = link.state === 'down' ? 'unreachable' : 'refused'
  const text = `${word} since ${moment(link.since, now)}`
  return { glyph: 'bad', figure: { text, tone: 'bad' }, mend: link.mend ?? link.message }
}

/** Open decisions, the oldest first. */
export const openDecisions = (world: World): readonly Seen<'decision'>[] =>
  [...world.decision.values()]
    .filter(({ value }) => value.answer === null)
    .sort((a, b) => a.value.openedAt - b.value.openedAt)

/** What may be answered to a decision; null is to cancel, and comes first. */
export const answersOf = (world: World, key: string): readonly (string | null)[] => [
  null,
  ...(world.decision.get(key)?.value.options ?? []),
]
