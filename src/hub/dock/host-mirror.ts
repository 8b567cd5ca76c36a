/**
 * A mirror on the host: for repositories that are too large for the operator's machine, or that
 * only the host can reach. Git there fetches by what the host's user may read.
 *
 * It only looks. To push from there, the merge token would have to lie in the environment of a
 * process that agents of the same user can read; and what agents can write must not decide what
 * lands. So whatever asks for a push is told no before git is run.
 */
import type { CommandLimits, CommandRun } from '../../../adapters/command.ts'
import { type Mirror, mirrorAt } from '../../../adapters/git/mirror.ts'
import { RpcFault } from '../../rpc/peer.ts'
import type { ProbeSession } from '../probe-session.ts'

export interface HostMirrorOptions {
  ask: ProbeSession['request']
  /** Of its directory, ending in `.git`. */
  name: string
  /** As git on the host takes it. */
  remote: string
}

const TIMEOUT_MS = 120_000
/** One answer of the probe is one line of bounded length, and git's bytes may double in it. */
const MOST_BYTES = 8 * 2 ** 20

/** Rejects with RpcFault when the host cannot be asked; its acts reject with GitFault. */
export async function openHostMirror({ ask, name, remote }: HostMirrorOptions): Promise<Mirror> {
  const { dir } = await ask('mirror.make', { name })
  const command = async (
    _git: string,
    args: readonly string[],
    { env = {}, input, timeoutMs = TIMEOUT_MS, maxBytes = MOST_BYTES }: CommandLimits = {},
  ): Promise<CommandRun> => {
    try {
      return await ask('mirror.git', {
        args: [...args],
        env: textsOf(env),
        input: input ?? null,
        timeoutMs,
        maxBytes: Math.min(maxBytes, MOST_BYTES),
      })
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error
      return { kind: 'broken', message: `the host cannot be asked: ${error.message}` }
    }
  }
  return mirrorAt({
    dir,
    remote,
    env: {},
    command,
    access: async purpose => {
      if (purpose === 'fetch') return {}
      throw new Error(`${name} lies on the host, and nothing is pushed from there`)
    },
  })
}

const textsOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
