/** `lane attach`: a live terminal where a lane works. */
import type { Command } from 'commander'
import { whoActs } from '../client/answerer.ts'
import { attach, endedText } from '../client/attach.ts'
import type { TerminalEnded } from '../rpc/terminal-api.ts'
import { CommandFault, type Context, connectTo, EXIT, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

export function register(lane: Command, context: Context): void {
  lane
    .command('attach')
    .description(
      'a shell where a lane works, its box or its worktree, on this terminal; exit comes back',
    )
    .argument('<lane>', 'its id or its whole name')
    .action((name: string, _options: object, command: Command) => run(context, command, name))
}

async function run(context: Context, command: Command, lane: string): Promise<void> {
  const { stdin, stdout, env } = context
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new CommandFault('lane attach needs a terminal; a script uses `run`', EXIT.usage)
  }
  const selection = selectionOf(command)
  const client = await connectTo(context, selection, mustChoose(context, selection))
  try {
    await withKnownHost(client, context)
    const term = env['TERM'] ?? 'xterm-256color'
    const ended = await attach({ client, lane, title: lane, stdin, stdout, term, label: whoActs() })
    const text = endedText(ended)
    if (text !== null) context.say(text)
    process.exitCode = exitOf(ended)
  } finally {
    client.close()
    stdin.destroy()
  }
}

function exitOf(ended: TerminalEnded): number {
  if (ended.kind === 'refused') return EXIT.refused
  if (ended.kind === 'lost') return EXIT.unknown
  return ended.isLeft ? EXIT.ok : (ended.exit.code ?? EXIT.failed)
}
