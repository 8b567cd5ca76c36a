/** `canon`: the specifications and their lock; `canon lock` takes them as they are. */
import type { Command } from 'commander'
import { specText } from '../../state/canon.ts'
import { clean } from '../../state/clean.ts'
import { jsonLine } from '../../state/printable.ts'
import { whoAnswers } from '../client/answerer.ts'
import { askYes, mayAsk } from './ask.ts'
import { CommandFault, type Context, EXIT } from './context.ts'
import { tellDone } from './done-text.ts'
import { withHost } from './with-hub.ts'

interface Options {
  json?: boolean
}

export function register(program: Command, context: Context): void {
  const canon = program
    .command('canon')
    .description('the specifications, and whether they are as they were locked')
    .option('--json', 'print {lock, specs}')
    .action(async ({ json }: Options, command: Command) => {
      await withHost(context, command, async client => {
        const seen = await client.request('canon.look', {})
        const { lock, specs } = seen
        if (json) {
          context.stdout.write(jsonLine(seen))
          return
        }
        const by =
          lock && `locked by ${lock.by} at ${new Date(lock.at).toISOString()}, #${lock.seq}`
        const why = lock?.reason ? `: ${lock.reason}` : ''
        const lines = specs.map(each => `${each.title}  ${each.path}  ${specText(each)}`)
        const all = [`${by ?? 'nothing was ever locked: no edit is refused'}${why}`, ...lines]
        context.stdout.write(all.map(line => `${clean(line)}\n`).join(''))
      })
    })
  canon
    .command('lock')
    .description('lock them as they are now; work fans out only while they stay so')
    .option('--reason <text>', 'why, for the journal', '')
    .option('--json', 'print how it came out as JSON')
    .action(async (_options: unknown, command: Command) => {
      const { reason, json } = command.optsWithGlobals<Options & { reason: string }>()
      await withHost(context, command, async client => {
        const by = whoAnswers(mayAsk(context))
        const { specs } = await client.request('canon.look', {})
        const shown = specs.map(each => clean(`${each.title}  ${specText(each)}`)).join('\n')
        if (by.tty !== null && !(await askYes(context, `${shown}\nLock them as they are?`))) {
          throw new CommandFault('nothing was locked', EXIT.refused)
        }
        const done = await client.request('canon.lock', { reason, by })
        tellDone(context, done, json ? { json } : {})
      })
    })
}
