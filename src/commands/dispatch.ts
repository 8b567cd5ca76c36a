/** `dispatch plan`: which items would get a lane now, and why not the rest. Nothing is started. */
import { type Command, InvalidArgumentError } from 'commander'
import { standing } from '../../state/dispatch.ts'
import { jsonLine } from '../../state/printable.ts'
import { dispatchEnvelope } from '../../state/rows/dispatch.ts'
import { planLines, planTitle } from '../../state/select/plan.ts'
import { whoAnswers } from '../client/answerer.ts'
import { mayAsk } from './ask.ts'
import { type Context, connectTo, EXIT, exitOfLink, mustChoose, selectionOf } from './context.ts'
import { withKnownHost } from './host-key.ts'

interface PlanOptions {
  json?: boolean
  override?: string
}

export function register(program: Command, context: Context): void {
  program
    .command('dispatch')
    .description('which items would get a lane, in turns over the goals')
    .command('plan')
    .description('show what would start now, and why not the rest; starts nothing')
    .option('--json', 'print {schema, profile, host, at, refused, refusals, planned, skipped, …}')
    .option('--override <why>', 'plan over a jammed dock or a pressed host; journaled', reason)
    .addHelpText('after', '\nExit code 77 when the plan is refused. Caps and locks always hold.')
    .action((options: PlanOptions, command: Command) => plan(context, command, options))
}

function reason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('say why')
  return text
}

async function plan(
  context: Context,
  command: Command,
  { json, override }: PlanOptions,
): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  try {
    const { link } = await withKnownHost(client, context)
    const by = whoAnswers(mayAsk(context))
    const found = await client.request('dispatch.plan', {
      override: override === undefined ? null : { reason: override, by },
    })
    const about = { profile: chosen.name, host: chosen.profile.host }
    const lines = planLines(found).map(spans =>
      spans
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    const text = [planTitle(found), ...lines].map(line => `${line}\n`).join('')
    context.stdout.write(json ? jsonLine(dispatchEnvelope(found, about)) : text)
    if (override !== undefined && found.refusals.length === 0) {
      context.say('nothing refused the plan: the override was not needed, and is not journaled')
    }
    if (standing(found).length > 0) process.exitCode = EXIT.refused
    if (link.state !== 'up') process.exitCode = exitOfLink(link)
  } finally {
    client.close()
  }
}
