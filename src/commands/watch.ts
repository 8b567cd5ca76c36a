/** `watch --json`: a pane's envelope, one line each time something in it changed. */

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Argument, type Command } from 'commander'
import { FACT_PANES, type FactPane } from '../../state/panes.ts'
import { jsonLine } from '../../state/printable.ts'
import type { World } from '../../state/reduce.ts'
import { envelope } from '../../state/rows/index.ts'
import { watchWorld } from '../client/watch-world.ts'
import { CommandFault, type Context, connectTo, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

/** Changes this close together are one line. */
const GATHER_MS = 250

export function register(program: Command, context: Context): void {
  program
    .command('watch')
    .description('stream panes as they change, one JSON envelope a line, until the reader leaves')
    .addArgument(new Argument('[pane...]', 'all of them when none is named').choices(FACT_PANES))
    .requiredOption('--json', 'the only form there is')
    .action(async (panes: FactPane[], _options: object, command: Command) => {
      await stream(context, command, panes.length > 0 ? panes : FACT_PANES)
    })
}

async function stream(
  context: Context,
  command: Command,
  panes: readonly FactPane[],
): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  const { name: profile } = chosen
  const { host } = chosen.profile
  const shown = new Map<FactPane, string>()

  const print = async (world: World) => {
    for (const pane of panes) {
      const { at, ...rest } = envelope(world, pane, { profile, host, now: Date.now() })
      const text = JSON.stringify(rest)
      if (shown.get(pane) === text) continue
      shown.set(pane, text)
      const line = jsonLine({ ...rest, at })
      if (!context.stdout.write(line)) await once(context.stdout, 'drain')
    }
  }
  try {
    await withKnownHost(client, context)
    const world = await watchWorld(client)
    await print(world.current)
    let state: 'idle' | 'busy' | 'again' = 'idle'
    world.onChange(async () => {
      if (state !== 'idle') {
        state = 'again'
        return
      }
      do {
        state = 'busy'
        await delay(GATHER_MS)
        await print(world.current)
      } while (isAgain())
      state = 'idle'
    })
    const isAgain = () => state === 'again'
    await client.closed
    throw new CommandFault('the hub ended')
  } finally {
    client.close()
  }
}
