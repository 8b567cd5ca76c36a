/**
 * Whether a lane may run in a box of a profile: what goes in, what must come out, what it reaches,
 * and that no secret lies in its image. All that is wrong is told at once.
 */
import type { Mount } from '../../adapters/box.ts'
import type { BoxMount, BoxProfile } from '../../state/box-config.ts'
import { holdsSecret } from '../../state/redact.ts'
import type { Engine } from '../../state/words.ts'
import type { BoxGround } from '../rpc/box-api.ts'
import { judgeImage } from './box-image.ts'
import { coverOf, isWithin } from './box-mounts.ts'
import { judgeNeeds } from './box-needs.ts'
import { boxEnv, engineHome, profileMounts } from './box-plan.ts'
import type { BoxWish } from './box-wish.ts'

/** Empty when nothing stands against it. */
export function judgeBox(wish: BoxWish): string[] {
  const { profile, ground, socket, env } = wish
  const mounts = profileMounts(profile, ground)
  const inside = boxEnv(profile, env, ground)
  return [
    ...judgeUser(profile, ground),
    ...judgeNetwork(profile),
    ...judgeMounts(profile, ground, socket),
    ...(wish.engine === null ? [] : judgeTranscripts(wish.engine, inside, mounts)),
    ...judgeEnvironment(inside),
    ...judgeImage(wish),
    ...(wish.engine === null ? [] : judgeNeeds(wish, mounts)),
  ]
}

function judgeUser({ user }: BoxProfile, { uid, gid }: BoxGround): string[] {
  const [id, group] = user?.split(':').map(Number) ?? [uid, gid]
  if (id === 0) return ['a box may not run as root: sign in as another user, or state `user`']
  return group === 0 ? ["a box may not run in root's group: state `user` as uid:gid"] : []
}

function judgeNetwork({ network, usesBoard }: BoxProfile): string[] {
  if (network === undefined) {
    return ['the profile states no network: host, bridge, none or the name of one']
  }
  if (!usesBoard || network === 'host') return []
  return [
    `it uses the board, whose loopback port a box on the network ${network} does not reach: network = "host"`,
  ]
}

const MODES: Readonly<Record<BoxMount['kind'], { mode: BoxMount['mode']; why: string }>> = {
  transcripts: { mode: 'rw', why: 'what an agent writes there is output' },
  auth: { mode: 'rw', why: 'the agent renews it' },
  secrets: { mode: 'ro', why: 'nothing may change them' },
  pkm: { mode: 'ro', why: 'an agent only reads it' },
  tools: { mode: 'ro', why: 'they are shared with the host' },
}

/** Nothing may be mounted that leads out of the box. */
function judgeMounts(profile: BoxProfile, ground: BoxGround, socket: string): string[] {
  return profile.mounts.flatMap(({ kind, mode, source }, index) => {
    const seen = ground.paths[index]
    const wanted = MODES[kind]
    const sockets = [socket, socket.replace(/^\/var\/run\//, '/run/')]
    const holds = [source, seen?.real ?? source].some(path =>
      sockets.some(each => isWithin(each, path)),
    )
    return [
      ...(mode === wanted.mode
        ? []
        : [`the ${kind} mount of ${source} is ${mode}, not ${wanted.mode}: ${wanted.why}`]),
      ...(seen === undefined || seen.is === 'absent'
        ? [`${source} is not on the host: it cannot be mounted`]
        : []),
      ...(seen?.is === 'socket' || holds
        ? [`the mount of ${source} would let the box out: Docker's socket stays outside`]
        : []),
    ]
  })
}

/** What the agent says of its work must outlive the box. */
function judgeTranscripts(
  engine: Engine,
  env: Readonly<Record<string, string>>,
  mounts: readonly Mount[],
): string[] {
  const directory = `${engineHome(engine, env)}/${engine === 'codex' ? 'sessions' : 'projects'}`
  const over = coverOf(directory, mounts)
  if (over?.mode === 'rw') return []
  const found = over === null ? 'is not mounted from the host' : 'is mounted read-only'
  return [`the transcripts in ${directory} would go with the box: it ${found}`]
}

function judgeEnvironment(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    holdsSecret(`${name}=${value}`)
      ? [`${name} in the environment looks like a secret, which belongs into a mounted file`]
      : [],
  )
}
