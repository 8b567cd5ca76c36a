/** `lane check`: runs what a lane's brief wants checked, and says which claims stand. */
import type { Command } from 'commander'
import { jsonLine, printable, withoutSecrets } from '../../state/printable.ts'
import { whoActs } from '../client/answerer.ts'
import { checkText } from '../client/check-text.ts'
import type { LaneChecked } from '../rpc/check-api.ts'
import { type Context, EXIT } from './context.ts'
import { withHost } from './with-hub.ts'

interface Options {
  json?: boolean
}

export function register(lane: Command, context: Context): void {
  lane
    .command('check')
    .description('run the commands under CHECK in its brief, in its worktree, once it has ended')
    .argument('<lane>', 'its id or its whole name')
    .option('--json', 'print how it came out as JSON')
    .addHelpText('after', '\nExit code 1 when a check failed, 75 when one did not come to its end.')
    .action((name: string, options: Options, command: Command) =>
      check(context, command, name, options),
    )
}

async function check(context: Context, command: Command, lane: string, { json }: Options) {
  await withHost(context, command, async client => {
    const came = await client.request('lane.check', { lane, label: whoActs() })
    process.exitCode = exitOf(came)
    const text = checkText(came).map(line => `${printable(line)}\n`)
    if (json) context.stdout.write(jsonLine(withoutSecrets(came)))
    else if (came.kind === 'checked') context.stdout.write(text.join(''))
    else for (const line of text) context.say(line.trimEnd())
  })
}

function exitOf(came: LaneChecked): number {
  if (came.kind === 'refused') return EXIT.refused
  if (came.kind === 'unreachable') return EXIT.unreachable
  if (came.checks.some(({ state }) => state === 'refuted')) return EXIT.failed
  return came.checks.every(({ state }) => state === 'verified') ? EXIT.ok : EXIT.unknown
}
