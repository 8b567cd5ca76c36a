/** Services that want a person to sign in: inside a box nobody can, so their tokens come from the host. */
import type { Mount } from '../../adapters/box.ts'
import type { BoxProfile } from '../../state/box-config.ts'
import type { ImageFact } from '../../state/box-facts.ts'
import type { Instant } from '../../state/facts.ts'
import type { BoxGround } from '../rpc/box-api.ts'
import { coverOf } from './box-mounts.ts'
import type { BoxWish } from './box-wish.ts'

/** The tokens on the host; the ground's are in the profile's order. */
export const needsOf = (
  { needs }: Pick<BoxProfile, 'needs'>,
  { tokens }: Pick<BoxGround, 'tokens'>,
  now: Instant,
): ImageFact['needs'] =>
  needs.map(({ service, expires }, index) => {
    const seen = tokens[index]
    const expiresAt = seen?.expiresAt ?? (expires === undefined ? null : Date.parse(expires))
    if (!seen?.isThere) return { service, token: 'absent', expiresAt: null }
    const isOver = expiresAt !== null && expiresAt <= now
    return { service, token: isOver ? 'expired' : 'present', expiresAt }
  })

export function judgeNeeds(
  { profile, ground, now }: Pick<BoxWish, 'profile' | 'ground' | 'now'>,
  mounts: readonly Mount[],
): string[] {
  return needsOf(profile, ground, now).flatMap(({ service, token, expiresAt }, index) => {
    const path = profile.needs[index]?.token ?? ''
    const inside = path.replace(/^~(?=\/)/, ground.home)
    const isMounted = mounts.some(mount => coverOf(inside, [{ ...mount, target: mount.source }]))
    const lost = isMounted ? [] : [`the token of ${service}, ${path}, is not mounted into the box`]
    if (token === 'present') return lost
    const why =
      token === 'absent'
        ? `there is no token at ${path}`
        : `the token at ${path} expired ${new Date(expiresAt ?? 0).toISOString()}`
    return [`pre-auth required: ${service} cannot be signed in to from a box, and ${why}`, ...lost]
  })
}
