/** A box that somebody wants for a lane, with all that was looked at to judge it. */
import type { ImageSeen } from '../../adapters/box.ts'
import type { BoxProfile } from '../../state/box-config.ts'
import type { Instant } from '../../state/facts.ts'
import type { Engine } from '../../state/words.ts'
import type { BoxGround, ImageScan } from '../rpc/box-api.ts'

export interface BoxWish {
  profile: BoxProfile
  /** Null for commands that are no agent's. */
  engine: Engine | null
  /** Environment of every launched lane. */
  env: Readonly<Record<string, string>>
  /** The engine's socket on the host. */
  socket: string
  ground: BoxGround
  /** Null when the host has no such image. */
  image: ImageSeen | null
  /** Null when the image could not be scanned, and then why. */
  scan: ImageScan | { fault: string } | null
  now: Instant
}
