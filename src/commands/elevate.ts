/** `elevate`: lifts what a read-only profile holds; only a person at a terminal can. */
import type { Command } from 'commander'
import { whoAnswers } from '../client/answerer.ts'
import { askYes, mayAsk } from './ask.ts'
import { CommandFault, type Context, connectTo, EXIT, mustChoose, selectionOf } from './context.ts'
import { rowLine } from './journal-text.ts'

interface Options {
  reason: string
  end?: boolean
}

export function register(program: Command, context: Context): void {
  program
    .command('elevate')
    .description('let acts through on a read-only profile, until --end or until its hub ends')
    .requiredOption('--reason <text>', 'why, for the journal')
    .option('--end', 'make it read-only again')
    .action((options: Options, command: Command) => elevate(context, command, options))
}

async function elevate(
  context: Context,
  command: Command,
  { reason, end }: Options,
): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  if (!chosen.profile.readOnly) {
    throw new CommandFault(`${chosen.name} is not read-only: nothing is to be lifted`, EXIT.usage)
  }
  const client = await connectTo(context, selection, chosen)
  try {
    const by = whoAnswers(mayAsk(context))
    const to = end ? 'read-only' : 'read-write'
    const question = `Whoever uses ${chosen.name} may act from here on. Is that meant?`
    if (!end && by.tty !== null && !(await askYes(context, question))) {
      throw new CommandFault('it stays read-only', EXIT.refused)
    }
    const outcome = await client.request('access', { to, reason, by })
    if (outcome.kind === 'refused') {
      throw new CommandFault(`${outcome.message}: ${outcome.mend}`, EXIT.refused)
    }
    context.stdout.write(`${rowLine(outcome.row)}\n`)
  } finally {
    client.close()
  }
}
