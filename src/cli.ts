/** The program: options of the whole, one file a subcommand, one place where faults become lines. */
import { Command, CommanderError, Option } from 'commander'
import { printable } from '../state/printable.ts'
import { HubUnavailable } from './client/connect.ts'
import { registerCompletion } from './commands/completion.ts'
import { CommandFault, type Context, EXIT } from './commands/context.ts'
import { commands } from './commands/index.ts'
import { findPaths, UnsafeDirectory } from './profile/paths.ts'
import { isRefusal, RpcFault } from './rpc/peer.ts'

const AFTER_HELP = `
Examples:
  dockmaster                                open the console (a practice factory, with no config)
  dockmaster --host me@vds                  on that host
  dockmaster lanes --json | jq .rows        what the lanes do, for a script
  dockmaster run 'df -h' --profile vds      a command over the one connection
  dockmaster handover --max-tokens 4000     what a fresh mind needs to go on

Exit codes: 0 ok · 1 failed · 2 usage · 69 host unreachable, nothing ran · 75 the link fell, outcome
unknown · 77 refused. run, runl and rsh pass the command's own code through.`

export async function main(argv: readonly string[]): Promise<void> {
  const context: Context = {
    env: process.env,
    paths: findPaths(process.env),
    version: process.env.DOCKMASTER_VERSION ?? '0.0.0',
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    say: line => {
      process.stderr.write(`dockmaster: ${printable(line)}\n`)
    },
    program: argv[1] ?? '',
  }
  // A reader that has seen enough (`| head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok)
    throw error
  })
  const program = new Command('dockmaster')
    .description('operator console for a factory of coding agents')
    .version(context.version)
    .addHelpText('after', AFTER_HELP)
    .enablePositionalOptions()
    .exitOverride()
  for (const register of commands) register(program, context)
  takeSelection(program)
  registerCompletion(program, context)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = tell(error, context)
  }
}

/** Which factory is meant may be said before or after the subcommand; rsh's words are not ours. */
function takeSelection(command: Command): void {
  if (command.name() === 'rsh') return
  command
    .addOption(new Option('--profile <name>', 'a profile of the config, or `practice`'))
    .addOption(new Option('--host <host>', 'an ssh alias, user@host[:port], or `local`'))
    .addOption(new Option('-F, --ssh-config <file>', "ssh's own configuration file"))
  command.commands.forEach(takeSelection)
}

/** The exit code; a defect keeps its stack, a fault is one line that says what to do. */
function tell(error: unknown, context: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof CommandFault) {
    context.say(error.message)
    return error.exitCode
  }
  if (isRefusal(error)) {
    context.say(`refused: ${(error as Error).message}`)
    return EXIT.refused
  }
  const expected = [HubUnavailable, UnsafeDirectory, RpcFault].some(kind => error instanceof kind)
  if (expected) context.say((error as Error).message)
  else {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    context.stderr.write(`${printable(stack)}\n`)
  }
  return EXIT.failed
}
