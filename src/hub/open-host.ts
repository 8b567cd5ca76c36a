/** Picks the transport for a profile's host, and writes a host key that a person accepted. */

import { localTransport } from '../../adapters/local/transport.ts'
import { acceptKey } from '../../adapters/ssh/known-hosts.ts'
import { resolveHost } from '../../adapters/ssh/resolve.ts'
import { sshTransport } from '../../adapters/ssh/transport.ts'
import type { Transport, TransportFailure } from '../../adapters/transport.ts'
import type { ProfileConfig } from '../../state/config.ts'
import { RpcFault } from '../rpc/peer.ts'

export interface Host {
  readonly kind: 'ssh' | 'local'
  /** A transport that is not connected yet. Rejects with TransportError. */
  open(): Promise<Transport>
}

export function hostOf(profile: ProfileConfig, env: NodeJS.ProcessEnv): Host {
  if (profile.host === 'local') {
    return { kind: 'local', open: () => Promise.resolve(localTransport({ env })) }
  }
  return {
    kind: 'ssh',
    open: async () =>
      sshTransport(await resolveHost(profile.host, { configFile: profile.sshConfig, env })),
  }
}

type WaitingKey = Extract<TransportFailure, { kind: 'unknown-key' }>['key']

/** `fingerprint` is what the person compared: another key that came since is not accepted by it. */
export async function acceptWaiting(key: WaitingKey | null, fingerprint: string): Promise<void> {
  if (key === null) throw new RpcFault('no host key waits for an answer')
  if (key.fingerprint !== fingerprint) {
    throw new RpcFault(`the host shows ${key.fingerprint} now, not ${fingerprint}: compare again`)
  }
  await acceptKey(key)
}
