/** One labelled fact of a detail, before it is cleaned. */
import type { Instant } from '../facts.ts'
import { age, moment } from '../format.ts'
import type { Tone } from './row.ts'

export type Pair = readonly [label: string, text: string | number | null, tone?: Tone]

/** An instant and its age; null stays unknown. */
export const when = (at: Instant | null, now: Instant): string | null =>
  at === null ? null : `${moment(at, now)} (${age(at, now)})`
