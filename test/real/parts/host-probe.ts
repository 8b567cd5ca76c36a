/** A probe as a host runs it, asked as the hub asks it. */
import { startProbe } from '../../../adapters/remote-shell.ts'
import type { Transport } from '../../../adapters/transport.ts'
import type { ProbeSession } from '../../../src/hub/probe-session.ts'
import { findAsset } from '../../../src/profile/assets.ts'
import { openPeer } from '../../../src/rpc/peer.ts'
import { PROBE_METHODS } from '../../../src/rpc/probe-api.ts'
import { parseResult } from '../../../src/rpc/serve.ts'

/** Over a transport that is open; it ends with it. */
export async function hostProbe(transport: Transport): Promise<ProbeSession['request']> {
  const code = await findAsset('probe.cjs')
  const started = await startProbe(transport, { node: process.execPath, code })
  if (started.kind !== 'started') throw new Error(started.message)
  const { channel } = started
  const wire = { input: channel.stdout, output: channel.stdin, destroy: () => channel.close() }
  const peer = openPeer(wire, {})
  return async (method, params) =>
    parseResult(PROBE_METHODS, method, await peer.request(method, params))
}
