/** How far the work of a lane came: landed by evidence, or there to be had and not landed. */
import * as z from 'zod'
import type { LaneFact } from './facts.ts'
import { LaneResult } from './words.ts'
import type { World } from './world.ts'

export const Shipped = z.object({
  /** `recoverable` is work that exists and has not landed: it is not done, and not lost. */
  state: z.enum(['landed', 'recoverable']),
  /** `owner/name#12`; null when it has none that is seen. */
  pr: z.string().nullable(),
  /** What it was merged as, landed or not; null while it is not merged. */
  sha: z.string().nullable(),
})
export type Shipped = z.infer<typeof Shipped>

/** The work of one item: that of the lane which came furthest. */
export const ItemWork = Shipped.extend({ lane: z.string(), result: LaneResult })
export type ItemWork = z.infer<typeof ItemWork>

/** Null while it runs, and when it left neither commit, push nor pull request. */
export function shippedOf(
  { landing }: Pick<World, 'landing'>,
  { status, result, evidence }: LaneFact,
): Shipped | null {
  const isWork = evidence.some(({ kind }) => kind === 'commit' || kind === 'push' || kind === 'pr')
  if (status !== 'ended' || !isWork) return null
  const pr = evidence.findLast(({ kind }) => kind === 'pr')?.ref ?? null
  return {
    state: result === 'landed' ? 'landed' : 'recoverable',
    pr,
    sha: pr === null ? null : (landing.get(pr)?.value.sha ?? null),
  }
}

/** Of several lanes on one item: what landed, else the last that left work; null: nothing is there. */
export function workOf(world: Pick<World, 'landing'>, lanes: readonly LaneFact[]): ItemWork | null {
  const works = lanes.flatMap(lane => {
    const shipped = shippedOf(world, lane)
    return shipped === null ? [] : [{ ...shipped, lane: lane.name, result: lane.result }]
  })
  return works.find(({ state }) => state === 'landed') ?? works.at(-1) ?? null
}

/** `landed: acme/app#7 as 0123abcd`, `recoverable: acme/app#7`. */
export function shippedText({ state, pr, sha }: Shipped): string {
  const as = sha === null ? [] : [`${state === 'landed' ? 'as' : 'merged as'} ${sha.slice(0, 8)}`]
  const told = [...(pr === null ? [] : [pr]), ...as].join(' ')
  return told === '' ? state : `${state}: ${told}`
}
