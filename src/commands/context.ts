/** What every command gets: the world it runs in, and the way to the hub. */
import type { Command } from 'commander'
import type { LinkFact } from '../../state/facts.ts'
import { connectHub } from '../client/connect.ts'
import { runningPractice } from '../practice/running.ts'
import { type Chosen, choose, type Selection } from '../profile/choose.ts'
import { emptyConfig, loadConfig } from '../profile/load-config.ts'
import type { Paths } from '../profile/paths.ts'
import type { SocketClient } from '../rpc/client.ts'

/** Documented in `dockmaster help exit-codes`; a command run on the host passes its own through. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** The host could not be reached: nothing ran. */
  unreachable: 69,
  /** The link fell while it ran: the outcome is unknown. */
  unknown: 75,
  /** Refused: host key, authentication, a lock that needs a yes. */
  refused: 77,
} as const

/** Of a command that needed the link. */
export function exitOfLink({ state }: LinkFact): number {
  if (state === 'up') return EXIT.ok
  return state === 'refused' ? EXIT.refused : EXIT.unreachable
}

/** Ends the program with one line on stderr. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault'
  readonly exitCode: number
  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

export interface Context {
  readonly env: NodeJS.ProcessEnv
  readonly paths: Paths
  readonly version: string
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** A line for the operator, never mixed with data. */
  say(line: string): void
  /** The program's own entry file: hubs and factories are started from it. */
  readonly program: string
}

/** The options of the whole program, wherever on the line they stood. */
export const selectionOf = (command: Command): Selection => command.optsWithGlobals<Selection>()

/** Which factory is meant. Throws CommandFault; null when neither line nor config names one. */
export function chosenBy(context: Context, selection: Selection): Chosen | null {
  const loaded = loadConfig(context.paths.config)
  // A host named on the line needs nothing of the config: a broken one must not lock anybody out.
  if (!loaded.ok && selection.host === undefined) {
    throw new CommandFault(`the config is broken:\n${loaded.message}`)
  }
  if (!loaded.ok) context.say(`the config is broken and left out:\n${loaded.message}`)
  const config = loaded.ok ? loaded.config : emptyConfig()
  const choice = choose(selection, config, () => runningPractice(context.paths.state))
  if (choice.kind === 'unknown') throw new CommandFault(choice.message, EXIT.usage)
  return choice.kind === 'chosen' ? choice.chosen : null
}

/** As chosenBy, for commands that need one. */
export function mustChoose(context: Context, selection: Selection): Chosen {
  const chosen = chosenBy(context, selection)
  if (chosen) return chosen
  const how = 'give --host user@host, or --profile practice after `dockmaster practice up`'
  throw new CommandFault(
    `no host is named and ${context.paths.config} has none: ${how}`,
    EXIT.usage,
  )
}

/** What passes through a hub is garbage at once: with little room for it, it is freed at once. */
const HUB_FLAGS = ['--max-semi-space-size=2']

export async function connectTo(
  context: Context,
  selection: Selection,
  chosen: Chosen,
  readOnly = false,
): Promise<SocketClient> {
  const { paths, version, program } = context
  const say = (line: string) => context.say(line)
  const hub = [program, 'hub', ...selectionArgs(selection, chosen)]
  const hubCommand = [process.execPath, ...HUB_FLAGS, ...hub]
  return await connectHub(chosen, { paths, version, hubCommand, say, readOnly })
}

/** The same choice as words of a command line. */
function selectionArgs({ host, sshConfig }: Selection, chosen: Chosen): string[] {
  const named = host === undefined ? ['--profile', chosen.name] : ['--host', host]
  return sshConfig === undefined ? named : [...named, '-F', sshConfig]
}
