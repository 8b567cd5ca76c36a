/** Every pane is a subcommand: text for people, `--json` for scripts, `--pane` for a terminal. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { FACT_PANES, type FactPane, PANE_INFO } from '../../state/panes.ts'
import { jsonLine } from '../../state/printable.ts'
import { envelope } from '../../state/rows/index.ts'
import { notesOf } from '../../state/stale.ts'
import { watchWorld } from '../client/watch-world.ts'
import { openConsole } from './console.ts'
import { type Context, connectTo, exitOfLink, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'
import { paneText } from './pane-text.ts'

interface PaneOptions {
  json?: boolean
  pane?: boolean
}

const DESCRIPTIONS: Record<FactPane, string> = {
  lanes: 'what each agent does, and what came of it by evidence',
  queue: 'open pull requests, their merge state and checks',
  heals: 'the spine: cron, timers, services, the watchdog',
  pkm: 'transcript sources, here and on the host, and how far their capture is behind',
  boxes: 'containers that lanes run in, what is left over, and their images',
  host: 'load, memory and disks of the host, the link, and how each collector fares',
}

export function register(program: Command, context: Context): void {
  for (const id of FACT_PANES) {
    const command = program
      .command(id)
      .description(DESCRIPTIONS[id])
      .option('--json', `print {schema, profile, host, at, stale, rows} of ${PANE_INFO[id].title}`)
      .option('--pane', 'open this pane alone as a console')
    command.action(async (options: PaneOptions) => {
      if (options.pane) {
        return await openConsole(context, command, mustChoose(context, selectionOf(command)), id)
      }
      await printPane(context, command, id, options)
    })
  }
}

async function printPane(
  context: Context,
  command: Command,
  id: FactPane,
  { json }: PaneOptions,
): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  try {
    const { link } = await withKnownHost(client, context)
    const { current: world } = await watchWorld(client)
    const about = { profile: chosen.name, host: chosen.profile.host, now: Date.now() }
    const text = json ? jsonLine(envelope(world, id, about)) : paneText(world, id, about.now)
    context.stdout.write(text)
    for (const note of notesOf(world, id)) context.say(clean(note))
    if (link.state !== 'up') {
      context.say(
        `${link.target}: ${link.message ?? link.state}${link.mend ? `: ${link.mend}` : ''}`,
      )
      process.exitCode = exitOfLink(link)
    }
  } finally {
    client.close()
  }
}
