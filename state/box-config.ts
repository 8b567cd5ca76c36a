/** The shape of box profiles in `config.toml`: disposable containers that lanes can run in. */
import * as z from 'zod'

/** `512m`, `4g` → bytes. */
export const Size = z
  .string()
  .regex(/^\d{1,6}[kmg]$/, 'a size is a number and one of k m g, like 4g')
  .transform(text => Number(text.slice(0, -1)) * 1_024 ** ('kmg'.indexOf(text.slice(-1)) + 1))

export const MOUNT_KINDS = ['transcripts', 'auth', 'secrets', 'pkm', 'tools'] as const

/** Something of the host's that a box sees. */
export const BoxMount = z.strictObject({
  kind: z.enum(MOUNT_KINDS),
  /** On the host; may begin with `~/`. */
  source: z.string().min(1),
  /** In the box; the same path when it is not said. */
  target: z.string().startsWith('/').optional(),
  mode: z.enum(['ro', 'rw']),
})
export type BoxMount = z.infer<typeof BoxMount>

/** A service that wants a person to sign in, which nobody can do inside a box. */
export const BoxNeed = z.strictObject({
  service: z.string().min(1),
  /** File on the host that holds its token; only whether it is there, and until when, is read. */
  token: z.string().min(1),
  /** Until when it holds, where the file itself does not tell. */
  expires: z.iso.datetime({ offset: true }).optional(),
})

export const BoxProfile = z.strictObject({
  /** `NAME[:TAG]@sha256:…`. Without the digest it is looked at, and never run. */
  image: z.string().min(1),
  /** `host`, `bridge`, `none` or the name of a network. To be stated: there is no default. */
  network: z.string().min(1).optional(),
  /** `uid:gid`; the host's own user when it is not said. */
  user: z
    .string()
    .regex(/^\d+:\d+$/, 'a user of a box is uid:gid')
    .optional(),
  memory: Size.prefault('4g'),
  cpus: z.number().positive().default(2),
  pids: z.number().int().positive().default(1_024),
  readOnlyRoot: z.boolean().default(false),
  /** Directories in memory: what may be written when the root may not. */
  tmpfs: z.array(z.string().startsWith('/')).default(['/tmp']),
  /** The agent's program in the box; else it is looked for on the PATH there. */
  program: z.string().min(1).optional(),
  /** No place for secrets: they are mounted. */
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).default({}),
  mounts: z.array(BoxMount).default([]),
  /** Whether what runs in it talks to the board on the host's loopback. */
  usesBoard: z.boolean().default(false),
  needs: z.array(BoxNeed).default([]),
  /** Directories of the image that are known to hold keys which are no secret, like examples. */
  ignore: z.array(z.string().startsWith('/')).default([]),
  /** So much of the image is read in search of secrets; what is larger is not run. */
  scan: Size.prefault('8g'),
})
export type BoxProfile = z.infer<typeof BoxProfile>

export const BoxProfiles = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,40}$/), BoxProfile)
  .default({})

export const DockerConfig = z.strictObject({
  /** The engine's socket on the host. */
  socket: z.string().startsWith('/').default('/var/run/docker.sock'),
})
export type DockerConfig = z.infer<typeof DockerConfig>
