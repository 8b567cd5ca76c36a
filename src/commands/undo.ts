/** `undo`: takes back an act that can be. */
import type { Command } from 'commander'
import { whoAnswers } from '../client/answerer.ts'
import { mayAsk } from './ask.ts'
import type { Context } from './context.ts'
import { tellDone } from './done-text.ts'
import { wholeNumber } from './parse-option.ts'
import { withHub } from './with-hub.ts'

interface Options {
  reason: string
  json?: boolean
}

export function register(program: Command, context: Context): void {
  program
    .command('undo')
    .description('take back the last act that can be, or the one of that number')
    .argument('[number]', 'number of its entry in the journal', wholeNumber(1))
    .option('--reason <text>', 'why, for the journal', '')
    .option('--json', 'print how it came out as JSON')
    .action((seq: number | undefined, options: Options, command: Command) =>
      undo(context, command, { seq, options }),
    )
}

async function undo(
  context: Context,
  command: Command,
  { seq, options }: { seq: number | undefined; options: Options },
): Promise<void> {
  await withHub(context, command, async client => {
    const of = seq === undefined ? { kind: 'last' as const } : { kind: 'entry' as const, seq }
    const by = whoAnswers(mayAsk(context))
    tellDone(context, await client.request('undo', { of, reason: options.reason, by }), options)
  })
}
