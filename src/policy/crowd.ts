/** Whether somebody could follow one more lane: above a few, nobody reads what they do. */
import type { KnownLane } from './lane-target.ts'

/** Empty while fewer than `most` are alive; else names them. */
export function judgeCrowd(lanes: readonly KnownLane[], most: number): string[] {
  const living = lanes
    .filter(({ value }) => value.status !== 'ended')
    .map(({ value }) => value.name)
  if (living.length < most) return []
  return [`${living.length} lanes are alive already, ${most} can be followed: ${living.join(', ')}`]
}
