/** `leftovers`: lock files and boxes that nobody needs any more, and their removal. */
import type { Command } from 'commander'
import { clean } from '../../state/clean.ts'
import { jsonLine } from '../../state/printable.ts'
import { type LeftoverRow, leftoverRows, leftoversEnvelope } from '../../state/rows/leftovers.ts'
import { whoAnswers } from '../client/answerer.ts'
import { watchWorld } from '../client/watch-world.ts'
import type { Done } from '../rpc/act-api.ts'
import { mayAsk } from './ask.ts'
import { CommandFault, type Context, EXIT, mustChoose, selectionOf } from './context.ts'
import { tellDone } from './done-text.ts'
import { withHost } from './with-hub.ts'

interface RemoveOptions {
  all?: boolean
  dryRun?: boolean
  json?: boolean
}

export function register(program: Command, context: Context): void {
  const leftovers = program
    .command('leftovers')
    .description('lock files beside their pull requests, and boxes that stayed: what may go')
    .option('--json', 'print {schema, profile, host, at, stale, rows}')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { name: profile, profile: of } = mustChoose(context, selectionOf(command))
      await withHost(context, command, async client => {
        const { current: world } = await watchWorld(client)
        const about = { profile, host: of.host, now: Date.now() }
        if (json) context.stdout.write(jsonLine(leftoversEnvelope(world, about)))
        else context.stdout.write(linesOf(leftoverRows(world)))
      })
    })
  leftovers
    .command('remove')
    .description('remove what is left over; a decision when something would be lost')
    .argument('[name...]', 'path of a lock file, or name of a box')
    .option('--all', 'all that is left over')
    .option('--dry-run', 'show what would be removed, and do nothing')
    .option('--json', 'print how each came out as JSON')
    .action((names: string[], options: RemoveOptions, command: Command) =>
      remove(context, command, { names, options }),
    )
}

async function remove(
  context: Context,
  command: Command,
  { names, options }: { names: readonly string[]; options: RemoveOptions },
): Promise<void> {
  const isAll = options.all ?? false
  if (isAll === names.length > 0) {
    throw new CommandFault('name what is to be removed, or say --all', EXIT.usage)
  }
  await withHost(context, command, async client => {
    const { current: world } = await watchWorld(client)
    const rows = leftoverRows(world)
    const wanted = isAll ? rows.filter(row => row.leftover !== null).map(nameOf) : names
    if (wanted.length === 0) context.say('nothing is left over')
    const codes: number[] = []
    for (const name of wanted) {
      const row = rows.find(one => nameOf(one) === name)
      const done: Done =
        row === undefined
          ? { kind: 'refused', message: `${name} is neither a lock file nor a box left over` }
          : await client.request('leftover.remove', {
              kind: row.kind,
              key: name,
              file: row.kind === 'lock' ? row.file : null,
              isDryRun: options.dryRun ?? false,
              by: whoAnswers(mayAsk(context)),
            })
      tellDone(context, done, options)
      codes.push(Number(process.exitCode ?? EXIT.ok))
    }
    // The first that did not come to its end tells how all did.
    process.exitCode = codes.find(code => code !== EXIT.ok) ?? EXIT.ok
  })
}

const nameOf = (row: LeftoverRow): string => (row.kind === 'lock' ? row.path : row.name)

function linesOf(rows: readonly LeftoverRow[]): string {
  if (rows.length === 0) return 'nothing is left over\n'
  return rows.map(row => `${clean(lineOf(row))}\n`).join('')
}

function lineOf(row: LeftoverRow): string {
  if (row.kind === 'box') return `box   ${row.name}  ${row.lane}  ${row.leftover}`
  const { path, leftover, kept, fault } = row
  const state = leftover === null ? `stays: ${kept}` : `left over: ${leftover}`
  return ['lock', path, fault === null ? state : `${state} (${fault})`].join('  ')
}
