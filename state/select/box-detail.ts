/** What the detail of a box or an image says. */
import type { BoxFact, ImageFact } from '../box-facts.ts'
import type { Instant } from '../facts.ts'
import { bytes } from '../format.ts'
import { needTexts } from './box.ts'
import { type Pair, when } from './detail-pair.ts'

export const boxPairs = (box: BoxFact, now: Instant): Pair[] => [
  ['lane', box.lane],
  ['left over', box.leftover],
  ['container', box.name],
  ['profile', box.profile],
  ['image', box.image],
  ['started', when(box.startedAt, now)],
  ['ended', when(box.endedAt, now)],
  ['exit', box.exit],
  ['memory', box.isOutOfMemory ? 'used up: a process in it was killed' : null],
  ['drift', box.drift.join(', ') || null],
]

export const imagePairs = (image: ImageFact, now: Instant): Pair[] => [
  ['name', image.name],
  ['pinned', image.pin],
  ['on the host', image.digest],
  ...image.drift.map((text): Pair => ['drift', text]),
  ['base', image.base],
  ['size', image.size === null ? null : bytes(image.size)],
  ['built', when(image.builtAt, now)],
  ...needTexts(image).map((text): Pair => ['needs', text]),
]
