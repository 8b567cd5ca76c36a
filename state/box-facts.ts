/** What is seen of boxes and of the images that they are made of. */
import * as z from 'zod'

const At = z.number().int().nonnegative()

/** The engine's own words. */
export const BOX_STATES = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
] as const
export type BoxState = (typeof BOX_STATES)[number]

/** A container that we made. */
export const BoxFact = z.object({
  name: z.string(),
  lane: z.string(),
  profile: z.string(),
  image: z.string(),
  /** `gone` when it ended and was removed while we looked. */
  state: z.enum([...BOX_STATES, 'gone']),
  startedAt: At.nullable(),
  endedAt: At.nullable(),
  exit: z.number().int().nullable(),
  /** A process in it was killed because its memory was used up. */
  isOutOfMemory: z.boolean(),
  /** Why it should no longer be there; null when it rightly is. */
  leftover: z.string().nullable(),
  /** Files of the agent's configuration that differ from the image's. */
  drift: z.array(z.string()),
})
export type BoxFact = z.infer<typeof BoxFact>

/** The image of a box profile. */
export const ImageFact = z.object({
  profile: z.string(),
  name: z.string(),
  /** What the profile pins; null when it pins nothing. */
  pin: z.string().nullable(),
  /** What is on the host; null when the image is not there. */
  digest: z.string().nullable(),
  size: z.number().nullable(),
  builtAt: At.nullable(),
  /** Digest of the image that it was built from, as its label tells. */
  base: z.string().nullable(),
  /** How it differs from what is pinned; empty when it does not. */
  drift: z.array(z.string()),
  /** Services that nobody can sign in to inside a box, and their tokens on the host. */
  needs: z.array(
    z.object({
      service: z.string(),
      token: z.enum(['present', 'absent', 'expired']),
      expiresAt: At.nullable(),
    }),
  ),
})
export type ImageFact = z.infer<typeof ImageFact>
