/** No subcommand: the console. With nothing configured it opens on a practice factory. */
import type { Command } from 'commander'
import type { PaneId } from '../../state/panes.ts'
import type { Chosen } from '../profile/choose.ts'
import { PRACTICE } from '../profile/choose.ts'
import {
  CommandFault,
  type Context,
  chosenBy,
  connectTo,
  EXIT,
  mustChoose,
  selectionOf,
} from './context.ts'
import { startPractice } from './practice.ts'

export function register(program: Command, context: Context): void {
  program
    .option('--ascii', 'draw with plain ASCII')
    .option('--read-only', 'the console only looks: every act is refused until E lifts that')
    .action(async (_options, command: Command) => {
      const chosen = chosenBy(context, selectionOf(command)) ?? (await openPractice(context))
      await openConsole(context, command, chosen)
    })
}

async function openPractice(context: Context): Promise<Chosen> {
  context.say('nothing is configured yet: this opens a practice factory')
  context.say('D shows what waits for a lane there and why its dock refuses; Enter then launches')
  const selection = { profile: PRACTICE }
  const running = await import('../practice/running.ts')
  if (!running.runningFactory(context.paths.state)) await startPractice(context)
  return mustChoose(context, selection)
}

/** Opens the console, or one pane of it alone. */
export async function openConsole(
  context: Context,
  command: Command,
  chosen: Chosen,
  only?: PaneId,
): Promise<void> {
  if (!context.stdout.isTTY || !context.stdin.isTTY) {
    const how = 'in a script use `dockmaster lanes --json` and its like'
    throw new CommandFault(`the console needs a terminal: ${how}`, EXIT.usage)
  }
  const selection = {
    ...selectionOf(command),
    ...(chosen.name === PRACTICE ? { profile: PRACTICE } : {}),
  }
  const { ascii, readOnly = false } = command.optsWithGlobals<{
    ascii?: boolean
    readOnly?: boolean
  }>()
  const connect = (isReadOnly: boolean) => connectTo(context, selection, chosen, isReadOnly)
  // A hub that has yet to start does so while the screen is loaded.
  const [client, { runConsole }] = await Promise.all([
    connect(readOnly),
    import('../console/run-console.tsx'),
  ])
  process.exitCode = await runConsole({
    client,
    connect,
    profile: chosen.name,
    ...(only ? { only } : {}),
    ...(ascii ? { ascii } : {}),
    readOnly,
    ...(chosen.pager ? { pager: chosen.pager } : {}),
    stdin: context.stdin,
    stdout: context.stdout,
    env: context.env,
  })
}
