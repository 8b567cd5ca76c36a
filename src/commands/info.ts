/** `info`: every path that the program uses, and what it runs on. */
import type { Command } from 'commander'
import { jsonLine } from '../../state/printable.ts'
import { profileFiles } from '../profile/paths.ts'
import { type Context, chosenBy, selectionOf } from './context.ts'

export function register(program: Command, context: Context): void {
  program
    .command('info')
    .description('print every path and version that matters')
    .option('--json', 'print it as JSON')
    .action((options: { json?: boolean }, command: Command) => {
      const { paths, version } = context
      const chosen = chosenBy(context, selectionOf(command))
      const facts = {
        version,
        node: process.version,
        ...paths,
        ...(chosen ? { profile: chosen.name, ...profileFiles(paths, chosen.name) } : {}),
      }
      if (options.json) context.stdout.write(jsonLine(facts))
      else {
        for (const [name, value] of Object.entries(facts)) {
          context.stdout.write(`${name.padEnd(8)} ${value}\n`)
        }
      }
    })
}
