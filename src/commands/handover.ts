/** `handover`: the text from which a fresh mind goes on. */
import type { Command } from 'commander'
import { LEAST_TOKENS } from '../../state/journal/handover/budget.ts'
import { jsonLine } from '../../state/printable.ts'
import type { Context } from './context.ts'
import { wholeNumber } from './parse-option.ts'
import { withHub } from './with-hub.ts'

interface HandoverOptions {
  maxTokens?: number
  since?: number
  json?: boolean
}

export function register(program: Command, context: Context): void {
  program
    .command('handover')
    .description('print what a fresh mind needs to go on')
    .option(
      '--max-tokens <n>',
      'leave out what matters least, and say so; a token is counted as three bytes',
      wholeNumber(LEAST_TOKENS),
    )
    .option(
      '--since <cursor>',
      'tell as changed only what came after the cursor of an earlier handover',
      wholeNumber(0),
    )
    .option('--json', 'print it as JSON, the same sections as data')
    .action(async ({ maxTokens, since, json }: HandoverOptions, command: Command) => {
      await withHub(context, command, async client => {
        const params = { maxTokens: maxTokens ?? null, since: since ?? null }
        const handover = await client.request('handover', params)
        context.stdout.write(json ? jsonLine(handover.json) : handover.text)
      })
    })
}
