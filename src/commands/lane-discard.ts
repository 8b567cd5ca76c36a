/** `lane discard`: takes an ended lane's worktree and branch away; asks first when work would be lost. */
import type { Command } from 'commander'
import { whoAnswers } from '../client/answerer.ts'
import { mayAsk } from './ask.ts'
import type { Context } from './context.ts'
import { tellDone } from './done-text.ts'
import { withHost } from './with-hub.ts'

interface Options {
  dryRun?: boolean
  json?: boolean
}

export function addDiscard(lane: Command, context: Context): void {
  lane
    .command('discard')
    .description("remove an ended lane's worktree and branch; a decision when work would be lost")
    .argument('<lane>', 'its whole name')
    .option('--dry-run', 'show what would be removed, and what would be lost')
    .option('--json', 'print how it came out as JSON')
    .action((name: string, options: Options, command: Command) =>
      discard(context, command, name, options),
    )
}

async function discard(
  context: Context,
  command: Command,
  lane: string,
  options: Options,
): Promise<void> {
  await withHost(context, command, async client => {
    const asked = { lane, isDryRun: options.dryRun ?? false, by: whoAnswers(mayAsk(context)) }
    tellDone(context, await client.request('lane.discard', asked), options)
  })
}
