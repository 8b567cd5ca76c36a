/** `run` and `runl`: a command or a script on the host, over the one connection. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { constants, hostname, userInfo } from 'node:os'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { jsonLine, withoutSecrets } from '../../state/printable.ts'
import type { SocketClient } from '../rpc/client.ts'
import type { RunOutcome } from '../rpc/hub-api.ts'
import { RpcGone } from '../rpc/peer.ts'
import { askYes, mayAsk } from './ask.ts'
import { CommandFault, type Context, connectTo, EXIT, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

interface RunOptions {
  json?: boolean
  breakLock?: boolean
}

export function register(program: Command, context: Context): void {
  program
    .command('run')
    .description('run a command on the host, beside others; `-` takes a script on stdin')
    .argument('<command...>', 'one shell command, or - for a script on stdin')
    .option('--json', 'print how it ended as JSON on stderr')
    .action((words: string[], options: RunOptions, command: Command) =>
      runOnHost(context, command, words, { ...options, serial: false }),
    )
  program
    .command('runl')
    .description('run a command that writes: one at a time over all clients and consoles')
    .argument('<command...>', 'one shell command, or - for a script on stdin')
    .option('--json', 'print how it ended as JSON on stderr')
    .option('--break-lock', 'break the lock of a holder that is dead, after a yes')
    .action((words: string[], options: RunOptions, command: Command) =>
      runOnHost(context, command, words, { ...options, serial: true }),
    )
}

async function runOnHost(
  context: Context,
  command: Command,
  words: string[],
  options: RunOptions & { serial: boolean },
): Promise<void> {
  const script =
    words.length === 1 && words[0] === '-' ? await text(context.stdin) : words.join(' ')
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  try {
    await withKnownHost(client, context)
    if (options.breakLock && !(await confirmBreak(context))) {
      throw new CommandFault('the lock stays', EXIT.refused)
    }
    const label = `${userInfo().username}@${hostname()} pid ${process.pid}`
    const { serial, breakLock = false } = options
    const outcome = await follow(client, context, { script, serial, label, breakLock })
    if (options.json) context.stderr.write(jsonLine(withoutSecrets(outcome)))
    process.exitCode = exitCodeOf(outcome, line => context.say(line))
  } finally {
    client.close()
  }
}

async function follow(
  client: SocketClient,
  context: Context,
  request: { script: string; serial: boolean; label: string; breakLock: boolean },
): Promise<RunOutcome> {
  const id = randomUUID()
  passOutput(client, context)
  const cancel = () => client.notify('cancel', { id })
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  return await answerTo(client.request('run', { id, ...request }))
}

/** A hub that ends takes the answer with it: what the command did is then unknown. */
export async function answerTo(request: Promise<RunOutcome>): Promise<RunOutcome> {
  try {
    return await request
  } catch (error) {
    if (!(error instanceof RpcGone)) throw error
    const message = `the hub ended while the command ran (${error.message})`
    const mend = 'it may or may not have run: look at the host before you repeat it'
    return { kind: 'transport', failure: { kind: 'unknown-outcome', message, mend } }
  }
}

/** The command's output becomes ours; a reader that lags holds the hub back, not our memory. */
export function passOutput(client: SocketClient, context: Context): void {
  client.on('output', ({ fd, data }) => {
    const out = fd === 1 ? context.stdout : context.stderr
    if (!out.write(Buffer.from(data, 'base64'))) client.hold(once(out, 'drain'))
  })
}

const confirmBreak = (context: Context): Promise<boolean> =>
  mayAsk(context)
    ? askYes(context, 'Break the lock of a dead holder on the host?')
    : Promise.reject(new CommandFault('--break-lock needs a person at a terminal', EXIT.refused))

/** The command's own exit code; ours only when the link or a lock kept it from running. */
export function exitCodeOf(outcome: RunOutcome, say: (line: string) => void): number {
  switch (outcome.kind) {
    case 'exit':
      return outcome.exit.code ?? 128 + signalNumber(outcome.exit.signal)
    case 'stale-lock':
      say(`${outcome.message}: see that it is dead, then use --break-lock`)
      return EXIT.refused
    case 'transport': {
      const { kind, message, mend } = outcome.failure
      say(`link: ${message}: ${mend}`)
      if (kind === 'unknown-outcome') return EXIT.unknown
      return kind === 'unreachable' ? EXIT.unreachable : EXIT.refused
    }
    default:
      return outcome satisfies never
  }
}

const signalNumber = (name: string | null): number =>
  Object.entries(constants.signals).find(
    ([signal]) => signal.replace('SIG', '') === name?.replace('SIG', ''),
  )?.[1] ?? 0
