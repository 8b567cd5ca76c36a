/** A hub that runs already, and its end: nothing is started, and no connection opened. */
import { tryConnect } from '../client/connect.ts'
import type { Chosen } from '../profile/choose.ts'
import { isPrivateDirectory, profileFiles } from '../profile/paths.ts'
import { clientOver, type SocketClient } from '../rpc/client.ts'
import type { Context } from './context.ts'

/** Whatever its version or config; null when none runs. */
export async function runningHub(
  { paths }: Pick<Context, 'paths'>,
  { name }: Pick<Chosen, 'name'>,
): Promise<SocketClient | null> {
  // A stranger's socket is not even asked.
  if (!isPrivateDirectory(paths.runtime)) return null
  const socket = await tryConnect(profileFiles(paths, name).socket)
  return socket && clientOver(socket)
}

/** Resolves when it has let go of all that it held, with its last word. */
export async function endHub(hub: SocketClient): Promise<string> {
  const { text } = await hub.request('stop', {})
  await hub.closed
  return text
}
