/** A command's time with the hub: connected before, closed after, whatever came of it. */
import type { Command } from 'commander'
import type { SocketClient } from '../rpc/client.ts'
import { type Context, connectTo, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

type Work = (client: SocketClient) => Promise<void>

/** For what the hub can answer by itself. Throws CommandFault when no host is named. */
export async function withHub(context: Context, command: Command, work: Work): Promise<void> {
  const selection = selectionOf(command)
  const client = await connectTo(context, selection, mustChoose(context, selection))
  try {
    await work(client)
  } finally {
    client.close()
  }
}

/** For what needs the host: an unknown key is settled first, with a person's yes. */
export const withHost = (context: Context, command: Command, work: Work): Promise<void> =>
  withHub(context, command, async client => {
    await withKnownHost(client, context)
    await work(client)
  })
