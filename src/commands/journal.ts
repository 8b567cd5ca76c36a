/** `journal`: lists, filters and follows; verifies, exports and backs up. */
import { once } from 'node:events'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Instant } from '../../state/facts.ts'
import { exportFile, verifyFile } from '../../state/journal/archive.ts'
import { JournalFault } from '../../state/journal/fault.ts'
import {
  JOURNAL_KINDS,
  JournalFilter,
  type JournalKind,
  type JournalRow,
} from '../../state/journal-entry.ts'
import { escapeJson, jsonLine } from '../../state/printable.ts'
import { journalEnvelope, publicEntry } from '../../state/rows/journal.ts'
import { profileFiles } from '../profile/paths.ts'
import type { HubClient } from '../rpc/client-api.ts'
import { openConsole } from './console.ts'
import { CommandFault, type Context, connectTo, EXIT, mustChoose, selectionOf } from './context.ts'
import { rowLine } from './journal-text.ts'
import { parseInstant, wholeNumber } from './parse-option.ts'
import { withHub } from './with-hub.ts'

interface ListOptions {
  kind?: JournalKind[]
  subject?: string
  author?: string
  grep?: string
  since?: Instant
  limit: number
  follow?: boolean
  json?: boolean
}

export function register(program: Command, context: Context): void {
  const journal = program
    .command('journal')
    .description('what was intended, done, decided, noted and seen')
    .addOption(new Option('--kind <kind...>', 'only entries of these kinds').choices(JOURNAL_KINDS))
    .option('--subject <subject>', 'only about this')
    .option('--author <author>', 'only by this author')
    .option('--grep <words>', 'only with all of these words; stall* asks for a beginning')
    .option('--since <time>', 'only since a time, or a duration like 2h', text =>
      parseInstant(text, Date.now(), -1),
    )
    .option('--limit <n>', 'the newest so many', wholeNumber(1, 10_000), 200)
    .option('--follow', 'go on with new entries as they come')
    .option('--json', 'print {schema, profile, host, at, stale, rows}; with --follow a row a line')
    .option('--pane', 'open the journal alone as a console')
    .action(async (options: ListOptions & { pane?: boolean }, command: Command) => {
      if (!options.pane) return await list(context, command, options)
      await openConsole(context, command, mustChoose(context, selectionOf(command)), 'journal')
    })
  journal
    .command('verify')
    .description('check every entry and page; works without a hub')
    .option('--json', 'print it as JSON')
    .action((options: { json?: boolean }, command: Command) => verify(context, command, options))
  journal
    .command('export')
    .description(
      'print every entry as stored, a line of JSON each, oldest first; works without a hub',
    )
    .action((_options: object, command: Command) => exportAll(context, command))
  journal
    .command('backup')
    .description('copy the journal to a new file and verify the copy')
    .argument('<file>')
    .action((file: string, _options: object, command: Command) => backup(context, command, file))
}

const journalOf = (context: Context, command: Command): string =>
  profileFiles(context.paths, mustChoose(context, selectionOf(command)).name).journal

/** The filter that the options ask for. */
export const filterOf = (options: ListOptions): JournalFilter =>
  JournalFilter.parse({ ...options, kinds: options.kind })

async function list(context: Context, command: Command, options: ListOptions): Promise<void> {
  const selection = selectionOf(command)
  const chosen = mustChoose(context, selection)
  const client = await connectTo(context, selection, chosen)
  const filter = filterOf(options)
  try {
    if (options.follow) return await follow(context, client, filter, options)
    const { rows } = await client.request('journal.list', filter)
    if (!options.json) return await write(context, rows.map(row => `${rowLine(row)}\n`).join(''))
    const about = { profile: chosen.name, host: chosen.profile.host, now: Date.now() }
    await write(context, jsonLine(journalEnvelope(rows, about)))
  } finally {
    client.close()
  }
}

/** Prints until the hub is gone. New rows may come in before the list itself: they wait for it. */
async function follow(
  context: Context,
  client: HubClient,
  filter: JournalFilter,
  { json }: ListOptions,
): Promise<void> {
  const lineOf = (row: JournalRow) => (json ? jsonLine(publicEntry(row)) : `${rowLine(row)}\n`)
  let printed: Promise<void>
  const print = (row: JournalRow) => {
    printed = printed.then(() => write(context, lineOf(row)))
  }
  const listed = client.request('journal.follow', filter)
  printed = listed.then(({ rows }) => write(context, rows.map(lineOf).join('')))
  client.on('journal', ({ row }) => print(row))
  await printed
  await client.closed
  throw new CommandFault('the hub ended')
}

async function verify(
  context: Context,
  command: Command,
  { json }: { json?: boolean },
): Promise<void> {
  const { entries, head, fault } = await verifyFile(journalOf(context, command))
  if (json) {
    const verdict = { entries, head, fault: fault?.message ?? null }
    context.stdout.write(jsonLine(verdict))
    process.exitCode = fault === null ? EXIT.ok : EXIT.failed
    return
  }
  if (fault !== null) throw new CommandFault(fault.message)
  context.stdout.write(`the journal is whole: ${entries} entries, head ${head}\n`)
}

async function exportAll(context: Context, command: Command): Promise<void> {
  try {
    await exportFile(journalOf(context, command), text => write(context, escapeJson(text)))
  } catch (error) {
    throw error instanceof JournalFault ? new CommandFault(error.message) : error
  }
}

async function backup(context: Context, command: Command, file: string): Promise<void> {
  await withHub(context, command, async client => {
    // The hub stands in a directory of its own.
    const to = resolve(file)
    const { bytes } = await client.request('journal.backup', { to })
    context.stdout.write(`${to}: ${bytes} bytes, verified\n`)
  })
}

/** Writes at the pace of the reader: an export of any size stays small in memory. */
async function write({ stdout }: Context, text: string): Promise<void> {
  if (!stdout.write(text)) await once(stdout, 'drain')
}
