/** Boxes and their images as rows: what is left over and what drifted comes first. */
import type { BoxFact, ImageFact } from '../box-facts.ts'
import { bytes, plural } from '../format.ts'
import { staleOf } from '../stale.ts'
import type { AnySeen, World } from '../world.ts'
import type { Figure } from './figure.ts'
import { BROKEN, NOTHING, type RowDraft, WAITING, WELL } from './row.ts'

const LIVE: ReadonlySet<BoxFact['state']> = new Set(['running', 'paused', 'restarting'])

function boxText(box: BoxFact): string {
  const parts = [
    box.leftover,
    box.isOutOfMemory ? 'out of memory' : null,
    box.exit === null ? null : `exit ${box.exit}`,
    box.drift.length === 0 ? null : `drift: ${box.drift.join(', ')}`,
    box.leftover === null ? `${box.profile}, ${box.image.slice(0, 19)}` : box.name,
  ]
  return parts.filter(part => part !== null).join(', ')
}

export function boxRow(box: BoxFact): RowDraft {
  const isHurt = box.isOutOfMemory || box.drift.length > 0
  const look = LIVE.has(box.state) ? WELL : NOTHING
  const shown = box.leftover !== null ? BROKEN : isHurt ? WAITING : look
  return {
    ...shown,
    order: -(box.startedAt ?? 0),
    tag: 'box',
    name: box.lane,
    state: box.leftover === null ? box.state : 'leftover',
    fact: boxText(box),
    since: box.endedAt ?? box.startedAt,
  }
}

/** Services that a person must sign in to first, and how their tokens stand. */
export const needTexts = ({ needs }: ImageFact): string[] =>
  needs.map(({ service, token, expiresAt }) => {
    const until =
      expiresAt === null ? '' : ` until ${new Date(expiresAt).toISOString().slice(0, 10)}`
    return `pre-auth required: ${service}, token ${token}${token === 'absent' ? '' : until}`
  })

export function imageRow(image: ImageFact): RowDraft {
  const isLacking = image.needs.some(({ token }) => token !== 'present')
  const isOff = image.digest === null || image.drift.length > 0
  const state = image.digest === null ? 'absent' : image.drift.length > 0 ? 'drift' : 'pinned'
  const size = image.size === null ? [] : [bytes(image.size)]
  const fact = [
    ...image.drift,
    ...needTexts(image),
    image.digest?.slice(0, 19) ?? 'not on the host',
    ...size,
  ]
  return {
    ...(isOff || isLacking ? WAITING : WELL),
    order: 0,
    tag: 'image',
    name: image.profile,
    state,
    fact: fact.join(', '),
    since: image.builtAt,
  }
}

let last: {
  box: World['box']
  image: World['image']
  both: ReadonlyMap<string, AnySeen>
} | null = null

/** What the pane holds: the same map until one of the two changes. */
export function boxesAndImages({ box, image }: World): ReadonlyMap<string, AnySeen> {
  if (last?.box !== box || last.image !== image) {
    last = { box, image, both: new Map<string, AnySeen>([...box, ...image]) }
  }
  return last.both
}

export function boxFigures(world: World): Figure[] {
  const boxes = [...world.box.values()].filter(seen => staleOf(world, seen) === null)
  const live = boxes.filter(({ value }) => LIVE.has(value.state)).length
  const left = boxes.filter(({ value }) => value.leftover !== null).length
  return [
    { text: `${live} live`, tone: 'plain' },
    ...(left > 0 ? [{ text: `${left} left over`, tone: 'bad' as const }] : []),
    { text: plural(world.image.size, 'image'), tone: 'plain' },
  ]
}
