/** `decisions` lists what waits for the operator; `answer` answers one, at a terminal. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { jsonLine } from '../../state/printable.ts'
import { decisionsEnvelope } from '../../state/rows/decisions.ts'
import { decisionNotes } from '../../state/select/decision.ts'
import { openDecisions } from '../../state/select/status.ts'
import { whoAnswers } from '../client/answerer.ts'
import { watchWorld } from '../client/watch-world.ts'
import { askYes, mayAsk } from './ask.ts'
import { CommandFault, type Context, connectTo, EXIT, mustChoose, selectionOf } from './context.ts'
import { rowLine } from './journal-text.ts'
import { wholeNumber } from './parse-option.ts'
import { withHub } from './with-hub.ts'

export function register(program: Command, context: Context): void {
  program
    .command('decisions')
    .description('list the questions that wait for you')
    .option('--json', 'print {schema, profile, host, at, stale, rows}')
    .action((options: { json?: boolean }, command: Command) => list(context, command, options))
  program
    .command('answer')
    .description('answer a decision, at a terminal or where answers.withoutTerminal names its act')
    .argument('<number>', 'its number, as `decisions` shows it', wholeNumber(1))
    .argument('<option>', 'one of its options, or the number of one')
    .option('--reason <text>', 'why, for the journal', '')
    .action((seq: number, option: string, { reason }: { reason: string }, command: Command) =>
      answer(context, command, { seq, option, reason }),
    )
}

async function list(
  context: Context,
  command: Command,
  { json }: { json?: boolean },
): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  try {
    const { current: world } = await watchWorld(client)
    const about = { profile: chosen.name, host: chosen.profile.host, now: Date.now() }
    if (json) {
      context.stdout.write(jsonLine(decisionsEnvelope(world, about)))
      return
    }
    const open = openDecisions(world)
    if (open.length === 0) context.stdout.write('nothing waits for you\n')
    for (const { key, value } of open) {
      const options = value.options.map((name, index) => `${index + 1} ${clean(name)}`).join('  ')
      const url = value.url === null ? '' : `  ${clean(value.url)}`
      const facts = decisionNotes(value, Date.now()).map(note => `  ${clean(note)}\n`)
      context.stdout.write(
        `#${key} ${clean(value.question)}  [${options}]  ${clean(value.author)}${url}\n${facts.join('')}`,
      )
    }
  } finally {
    client.close()
  }
}

async function answer(
  context: Context,
  command: Command,
  { seq, option, reason }: { seq: number; option: string; reason: string },
): Promise<void> {
  await withHub(context, command, async client => {
    const by = whoAnswers(mayAsk(context))
    const { current: world } = await watchWorld(client)
    const question = world.decision.get(String(seq))?.value?.question
    if (by.tty !== null && question !== undefined) {
      const asked = `#${seq} ${clean(question)}\nAnswer: ${clean(option)}. What it allows may not be undone. Answer so?`
      if (!(await askYes(context, asked))) throw new CommandFault('not answered', EXIT.refused)
    }
    const outcome = await client.request('answer', { decision: seq, answer: option, reason, by })
    if (outcome.kind === 'refused') {
      throw new CommandFault(`${outcome.message}: ${outcome.mend}`, EXIT.refused)
    }
    context.stdout.write(`${rowLine(outcome.row)}\n`)
    if (outcome.came !== null) context.stdout.write(`${clean(outcome.came)}\n`)
  })
}
