/** What hub and probe say to each other about boxes: the probe looks, the hub asks the engine. */
import * as z from 'zod'
import { Instant } from '../../state/facts.ts'

const Socket = z.object({ socket: z.string() })

export const BoxGround = z.object({
  /** Of the user that lanes run as on the host. */
  uid: z.number().int(),
  gid: z.number().int(),
  home: z.string(),
  /** Where the worktree's repository is; null when it has none. */
  git: z
    .object({
      /** Directory that all its worktrees share, and which of its parts a box may write. */
      common: z.string(),
      commonHas: z.array(z.string()),
      /** The worktree's own, and which of its parts it may not. */
      own: z.string(),
      ownHas: z.array(z.string()),
      /** Settings are read from the worktree's own directory too. */
      hasWorktreeConfig: z.boolean(),
    })
    .nullable(),
  /** In the order in which they were asked for. */
  paths: z.array(
    z.object({
      path: z.string(),
      /** With every link followed. */
      real: z.string(),
      is: z.enum(['directory', 'file', 'socket', 'other', 'absent']),
    }),
  ),
  tokens: z.array(z.object({ isThere: z.boolean(), expiresAt: Instant.nullable() })),
  /** SHA-256 of files that were asked for; null for one that cannot be read. */
  hashes: z.record(z.string(), z.string().nullable()),
})
export type BoxGround = z.infer<typeof BoxGround>

export const ImageScan = z.object({
  /** Bytes that were read, and whether that was all of it. */
  bytes: z.number(),
  isWhole: z.boolean(),
  /** Files that hold what looks like a secret: the first few. Never what they hold. */
  secrets: z.array(z.string()),
  /** SHA-256 of the files that were asked for, as the last layer that has them holds them. */
  hashes: z.record(z.string(), z.string()),
})
export type ImageScan = z.infer<typeof ImageScan>

export const PROBE_BOX_METHODS = {
  /** Opens the engine's socket and closes it again. */
  'box.socket': {
    params: Socket,
    result: z.object({
      seen: z.enum(['open', 'absent', 'denied', 'silent']),
      user: z.string(),
    }),
  },
  /** What a box would stand on. Paths may begin with `~/`. */
  'box.ground': {
    params: z.object({
      repo: z.string().nullable(),
      paths: z.array(z.string()),
      tokens: z.array(z.string()),
      hashes: z.array(z.string()),
    }),
    result: BoxGround,
  },
  /** Reads an image's layers on the host, where they are. */
  'box.scan': {
    params: z.object({
      ...Socket.shape,
      image: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      ignore: z.array(z.string()),
      hashes: z.array(z.string()),
      maxBytes: z.number(),
    }),
    result: ImageScan,
  },
} as const
