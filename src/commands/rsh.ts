/** `rsh`: what `rsync -e` and GIT_SSH_COMMAND call in place of ssh; it rides the one connection. */
import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { SocketClient } from '../rpc/client.ts'
import { CommandFault, type Context, connectTo, EXIT, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'
import { answerTo, exitCodeOf, passOutput } from './run.ts'

/** ssh options that callers put before the host, with whether a value follows. */
const SSH_OPTIONS: Record<string, 'value' | 'alone'> = {
  '-l': 'value',
  '-o': 'value',
  '-x': 'alone',
  '-T': 'alone',
}

export function register(program: Command, context: Context): void {
  program
    .command('rsh')
    .description('a raw command with stdin, as ssh takes it: for rsync -e and GIT_SSH_COMMAND')
    .usage('HOST COMMAND...')
    .argument('[words...]')
    .helpOption(false)
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (words: string[], _options: object, command: Command) => {
      const remote = remoteCommand(words)
      const selection = selectionOf(command)
      const client = await connectTo(context, selection, mustChoose(context, selection))
      try {
        await withKnownHost(client, context)
        const id = randomUUID()
        passOutput(client, context)
        const outcome = answerTo(client.request('rsh', { id, command: remote }))
        void pumpInput(context, client, id)
        process.exitCode = exitCodeOf(await outcome, line => context.say(line))
      } finally {
        client.close()
        context.stdin.destroy()
      }
    })
}

/**
 * The command line after options and host. The profile says which host it is, so user and
 * options are passed over; anything else (git's `-G` probe, `-p`) is refused, never guessed.
 */
export function remoteCommand(words: readonly string[]): string {
  let at = 0
  for (let kind = SSH_OPTIONS[words[at] ?? '']; kind; kind = SSH_OPTIONS[words[at] ?? '']) {
    at += kind === 'value' ? 2 : 1
  }
  const host = words[at]
  if (host === undefined || host.startsWith('-')) {
    throw new CommandFault(`rsh takes HOST COMMAND..., not ${host ?? 'nothing'}`, EXIT.usage)
  }
  const command = words.slice(at + 1).join(' ')
  if (command === '') throw new CommandFault('rsh opens no shell: give a command', EXIT.usage)
  return command
}

async function pumpInput(context: Context, client: SocketClient, id: string): Promise<void> {
  try {
    for await (const chunk of context.stdin) {
      client.notify('input', { id, data: (chunk as Buffer).toString('base64') })
      await client.drained()
    }
    client.notify('input', { id, data: null })
  } catch {
    // Our own stdin was destroyed: the command has ended.
  }
}
