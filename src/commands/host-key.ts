/** An unknown host key asks once, with its fingerprint; nobody at the terminal means no. */
import type { SocketClient } from '../rpc/client.ts'
import type { HubStatus } from '../rpc/hub-api.ts'
import { askYes, mayAsk } from './ask.ts'
import { CommandFault, type Context, EXIT } from './context.ts'

/** Long enough for a slow handshake over two jumps. */
const CONNECT_MS = 20_000

/**
 * Waits for the link and settles an unknown key. Returns the status, up or down: a link that is
 * down is for the caller to judge. Throws CommandFault when the key is not accepted.
 */
export async function withKnownHost(client: SocketClient, context: Context): Promise<HubStatus> {
  const status = await client.request('prewarm', { timeoutMs: CONNECT_MS })
  const { unknownKey, target } = status.link
  if (!unknownKey) return status
  const { type, fingerprint } = unknownKey
  if (!mayAsk(context)) {
    const how = 'compare it with the host, then run `dockmaster prewarm` at a terminal'
    throw new CommandFault(
      `${target} shows an unknown ${type} key ${fingerprint}: ${how}`,
      EXIT.refused,
    )
  }
  context.say(
    `The authenticity of ${target} is not known.\n${type} key fingerprint is ${fingerprint}.`,
  )
  if (!(await askYes(context, 'Compare it with the host. Is it the same?'))) {
    throw new CommandFault('the host key was not accepted: nothing was sent', EXIT.refused)
  }
  await client.request('acceptKey', { fingerprint })
  return await client.request('prewarm', { timeoutMs: CONNECT_MS })
}
